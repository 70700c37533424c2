import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { customColumnRows, parseCustomColumns, parseCustomColumnsFile } from './custom-columns.ts';
import { parseJsonPath } from './json-path.ts';
import type { PrintOptions } from './json-path.ts';
import { relaxedPath } from './relaxed-path.ts';
import { sortPositions } from './sort-by.ts';

const PODS = {
  kind: 'List',
  items: [
    { metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'shop' } }, status: { phase: 'Running', restarts: 3 } },
    { metadata: { name: 'db' }, status: { phase: 'Pending', restarts: 0 } },
  ],
};

function print(template: string, options: PrintOptions = {}, data: unknown = PODS): string {
  const path = parseJsonPath(template);
  if (!path.ok) return `parse: ${path.error}`;
  const printed = path.value.execute(data, options);
  return printed.ok ? printed.value : `run: ${printed.error}`;
}

describe('JSONPath', () => {
  test('ranges, filters, slices, unions and text', () => {
    assert.equal(print('{range .items[*]}{.metadata.name}={.status.phase}{"\\n"}{end}'), 'web=Running\ndb=Pending\n');
    assert.equal(print('{.items[?(@.status.restarts>1)].metadata.name}'), 'web');
    assert.equal(print("{.items[?(@.metadata.name=='db')].status.phase}"), 'Pending');
    assert.equal(print('{.items[-1:].metadata.name} {.items[0,1].metadata.name}'), 'db web db');
    assert.equal(print("{.items[*]['metadata.name','status.phase']}"), 'web db Running Pending');
  });

  test('keys with points are escaped or quoted', () => {
    assert.equal(print('{.items[0].metadata.labels.app\\.kubernetes\\.io/name}'), 'shop');
    assert.equal(print("{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}"), 'shop');
  });

  test('objects print as JSON, and jsonpath-as-json indents', () => {
    assert.equal(print('{.items[1].status}'), '{"phase":"Pending","restarts":0}');
    assert.equal(print('{.kind}', { asJson: true }), '[\n    "List"\n]\n');
  });

  test('missing keys are an error only when they are not allowed', () => {
    assert.equal(print('{.nope}'), '');
    assert.equal(print('{.nope}', { allowMissingKeys: false }), 'run: nope is not found');
  });

  test('errors read as upstream words them', () => {
    assert.equal(print('{.items[0'), 'parse: unterminated array');
    assert.equal(print('{.a'), 'parse: unclosed action');
    assert.equal(print('{!}'), "parse: unrecognized character in action: U+0021 '!'");
    assert.equal(print('{.items[5]}'), 'run: array index out of bounds: index 5, length 2');
    assert.equal(print('{end}'), 'run: not in range, nothing to end');
  });

  test('the error that kubectl shows tells the template and the object', () => {
    const path = parseJsonPath('{.a[3]}');
    assert.ok(path.ok);
    const printed = path.value.print({ a: [1, 'x', null] });
    assert.equal(
      printed.ok ? '' : printed.error,
      'error executing jsonpath "{.a[3]}": Error executing template: array index out of bounds: index 3, length 3. ' +
        'Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.a[3]}\n\tobject given to jsonpath engine was:\n' +
        '\t\tmap[string]interface {}{"a":[]interface {}{1, "x", interface {}(nil)}}\n\n\n',
    );
  });

  test('members of Object.prototype are not found', () => {
    assert.equal(print('{.constructor}{.__proto__}{.toString}'), '');
  });

  test('recursive descents are bounded', () => {
    const list = Array.from({ length: 200 }, () => ({ a: [{ b: 1 }] }));
    assert.match(print('{range ..}'.repeat(12), {}, list), /^run: more than 2000000 values$/);
  });

  test('any template is printed or refused', () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => typeof print(`{${text}}`) === 'string'));
  });
});

describe('custom columns', () => {
  const rows = (text: string): unknown => {
    const columns = parseCustomColumns(text);
    return columns.ok ? customColumnRows(columns.value, PODS.items) : columns;
  };

  test('a row for each object, and <none> for what is missing', () => {
    assert.deepEqual(rows('NAME:.metadata.name,APP:{.metadata.labels}'), {
      ok: true,
      value: [
        ['web', 'map[app.kubernetes.io/name:shop]'],
        ['db', '<none>'],
      ],
    });
  });

  test('a file holds a line of headers and a line of paths', () => {
    assert.deepEqual(parseCustomColumnsFile('NAME  PHASE\nmetadata.name {.status.phase}\n'), {
      ok: true,
      value: [
        { header: 'NAME', path: '{.metadata.name}' },
        { header: 'PHASE', path: '{.status.phase}' },
      ],
    });
  });

  test('refusals read as upstream words them', () => {
    assert.deepEqual(rows('NAME'), { ok: false, error: 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>' });
    assert.equal(relaxedPath('{{.a}}').ok, false);
  });
});

describe('sort-by', () => {
  const order = (field: string, values: readonly unknown[]): unknown =>
    sortPositions(
      values.map((value) => (value === undefined ? {} : { v: value })),
      field,
    );

  test('numbers by value, quantities by quantity, other text by its bytes, missing fields first', () => {
    assert.deepEqual(order('.v', [10, 9, -1]), { ok: true, value: [2, 1, 0] });
    assert.deepEqual(order('{.v}', ['1Gi', '100Mi', '2']), { ok: true, value: [2, 1, 0] });
    assert.deepEqual(order('v', ['web-10', 'web-2', 'Web']), { ok: true, value: [2, 0, 1] });
    assert.deepEqual(order('v', ['b', undefined, 'a']), { ok: true, value: [1, 2, 0] });
  });

  test('a field that no object has, and values without an order, are refused', () => {
    assert.deepEqual(order('.nope', [1]), { ok: false, error: `couldn't find any field with path "{.nope}" in the list of objects` });
    assert.deepEqual(order('.v', [{ a: 1 }, { a: 2 }]), { ok: false, error: 'unsortable type: map[string]interface {}' });
  });

  test('longer lists are sorted stably', () => {
    const values = Array.from({ length: 40 }, (_, index) => (index * 7) % 5);
    const sorted = order('.v', values) as { value: number[] };
    assert.deepEqual(
      sorted.value,
      Array.from(values.keys()).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0)),
    );
  });
});
