import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatFloat } from './go-float.ts';
import { sprintf } from './go-print.ts';
import { goInt } from './go-value.ts';
import { parseTemplate } from './template.ts';

const POD = {
  metadata: { name: 'web', labels: { app: 'shop', tier: 'front' } },
  spec: { containers: [{ name: 'a' }, { name: 'b' }] },
  data: { key: 'd2Vi' },
};

function run(text: string, data: unknown = POD, allowMissingKeys = true): string {
  const template = parseTemplate(text);
  if (!template.ok) return `parse: ${template.error}`;
  const { out, problem } = template.value.execute(data, { allowMissingKeys });
  return problem === undefined ? out : `${out}|${problem}`;
}

describe('Go templates', () => {
  test('fields, ranges, variables and trimmed space', () => {
    assert.equal(run('{{range .spec.containers}}{{.name}} {{end}}'), 'a b ');
    assert.equal(run('{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}'), 'app=shop;tier=front;');
    assert.equal(run('x  {{- .metadata.name -}}  y'), 'xweby');
    assert.equal(run('{{$n := 0}}{{range $i, $c := .spec.containers}}{{$n = $i}}{{end}}{{$n}}'), '1');
    assert.equal(run('{{range 3}}{{.}}{{end}}'), '012');
  });

  test('branches, break, continue, with and else', () => {
    assert.equal(run('{{if eq .metadata.name "web"}}yes{{else if .x}}maybe{{else}}no{{end}}'), 'yes');
    assert.equal(run('{{range .spec.containers}}{{if eq .name "b"}}{{break}}{{end}}{{.name}}{{else}}none{{end}}'), 'a');
    assert.equal(run('{{range .spec.containers}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{end}}'), 'b');
    assert.equal(run('{{with .nope}}{{.}}{{else with .metadata.name}}{{.}}{{end}}'), 'web');
  });

  test('define, template and block', () => {
    assert.equal(run('{{define "c"}}<{{.name}}>{{end}}{{range .spec.containers}}{{template "c" .}}{{end}}'), '<a><b>');
    assert.equal(run('{{block "b" .metadata}}{{.name}}{{end}}'), 'web');
  });

  test("functions, Go's own and kubectl's", () => {
    assert.equal(run('{{.data.key | base64decode | printf "%q %T" 7}}'), "'\\a' string");
    assert.equal(run('{{index .spec.containers 1 "name"}} {{len .metadata.labels}} {{slice "abcdef" 1 3}}'), 'b 2 bc');
    assert.equal(run('{{exists .metadata "labels" "app"}} {{exists .metadata "nope" "x"}}'), 'true false');
    assert.equal(run('{{html "<a&b>"}} {{js "it\'s"}} {{urlquery "a b&c"}}'), "&lt;a&amp;b&gt; it\\'s a+b%26c");
    assert.equal(run('{{and 1 "" 2}}|{{or 0 "x"}}|{{not .x}}|{{lt 1 2}}|{{ge "b" "a"}}|{{ne 1 1}}'), '|x|true|true|true|false');
  });

  test('a missing key prints as such, or is an error when keys must exist', () => {
    assert.equal(run('{{.nope}} {{.nope.deeper}}'), '<no value> <no value>');
    assert.equal(run('{{.nope}}', POD, false), '|template: output:1:2: executing "output" at <.nope>: map has no entry for key "nope"');
  });

  test('errors say where, as upstream words them', () => {
    assert.equal(
      run('{{.metadata.name.x}}'),
      '|template: output:1:11: executing "output" at <.metadata.name.x>: can\'t evaluate field x in type interface {}',
    );
    assert.equal(run('a\n{{nope}}'), 'parse: template: output:2: function "nope" not defined');
    assert.equal(run('{{if .a}}'), 'parse: template: output:1: unexpected EOF');
    assert.equal(
      run('{{index .spec.containers 7}}'),
      '|template: output:1:2: executing "output" at <index .spec.containers 7>: error calling index: index out of range: 7',
    );
  });

  test('kubectl repeats the error, the template and the data in the output', () => {
    const template = parseTemplate('{{len 1}}');
    assert.ok(template.ok);
    const { out, problem } = template.value.print({ a: '<' });
    const error = 'template: output:1:2: executing "output" at <len 1>: error calling len: len of type int';
    assert.equal(problem, `error executing template "{{len 1}}": ${error}`);
    assert.equal(
      out,
      `Error executing template: ${error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{{len 1}}\n` +
        '\traw data was:\n\t\t{"a":"\\u003c"}\n\tobject given to template engine was:\n\t\tmap[a:<]\n\n',
    );
  });

  test('own members only, and no endless or bottomless run', () => {
    assert.equal(run('{{.constructor}}{{index . "__proto__"}}'), '<no value><no value>');
    assert.match(run('{{define "r"}}{{template "r"}}{{end}}{{template "r"}}'), /exceeded maximum template depth \(100000\)$/);
    assert.match(run('{{range 99999999}}{{end}}'), /steps$/);
    assert.match(run('{{(('.padEnd(50_000, '(')), /max expression depth exceeded$/);
    assert.match(run('{{if 1}}'.repeat(20_000)), /max expression depth exceeded$/);
  });

  test('any template is run or refused', () => {
    fc.assert(fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (a, b) => typeof run(`${a}{{${b}}}`) === 'string'));
  });
});

describe("Go's formats", () => {
  test('flags, widths, precisions and complaints', () => {
    assert.equal(sprintf('%5d|%-5d|%05d|%+d|%x|%#x', [1n, 2n, -3n, 4n, 255n, 255n].map(goInt)), '    1|2    |-0003|+4|ff|0xff');
    assert.equal(sprintf('%q %s %v %T', ['a"b', 'x', [1, null], true]), '"a\\"b" x [1 <nil>] bool');
    assert.equal(sprintf('%d %z %', ['x', goInt(1)]), '%!d(string=x) %!z(int=1) %!(NOVERB)');
    assert.equal(sprintf('%s', []), '%!s(MISSING)');
    assert.equal(sprintf('x', [1.5]), 'x%!(EXTRA float64=1.5)');
    assert.equal(sprintf('%[2]d %[1]*d', [goInt(4), goInt(7)]), '7    7');
  });

  test('floating-point numbers read back as they were', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(Number(formatFloat(value, 'g')), value);
        assert.equal(Number(formatFloat(value, 'e', 17)), value);
      }),
    );
    assert.equal(formatFloat(2.5, 'f', 0), '2');
    assert.equal(formatFloat(1e21, 'g'), '1e+21');
    assert.equal(formatFloat(123456789, 'g'), '1.23456789e+08');
  });
});
