// Expressions as Kubernetes uses them: its libraries, error texts with positions, costs, and text that means nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deployment } from '../../src/api/apps/v1/deployment.ts';
import { AUTHORIZER_TYPE, AuthorizerValue } from '../../src/machinery/cel/library/authorizer.ts';
import type { AuthorizerQuestion } from '../../src/machinery/cel/library/authorizer.ts';
import { environmentWith } from '../../src/machinery/cel/library/kubernetes.ts';
import { jsonPatches, jsonPatchShape } from '../../src/machinery/cel/library/json-patch.ts';
import { compile } from '../../src/machinery/cel/program.ts';
import { shapeOf, toValue } from '../../src/machinery/cel/shape.ts';
import { DYN, INT, listOf, mapOf, STRING } from '../../src/machinery/cel/type.ts';
import { CelError } from '../../src/machinery/cel/value.ts';
import type { Value } from '../../src/machinery/cel/value.ts';

const environment = environmentWith({
  variables: { object: DYN, x: INT, names: listOf(STRING), labels: mapOf(STRING, STRING) },
  functions: [jsonPatches],
  shapes: [jsonPatchShape],
});

const object = toValue({
  metadata: { name: 'web', labels: { app: 'web', area: 'front' } },
  spec: {
    replicas: 3,
    ratio: 0.5,
    empty: null,
    containers: [
      { name: 'a', image: 'x' },
      { name: 'b', image: 'y' },
    ],
  },
});
const names = toValue(['a', 'b', 'c']);
const labels = toValue({ app: 'web' });

function run(text: string, limit?: number): { readonly value: Value; readonly cost: number } {
  const compiled = compile(environment, text);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.program.evaluate({ object, x: 7n, names, labels }, limit);
}

function refusal(text: string): string {
  const compiled = compile(environment, text);
  assert.ok(!compiled.ok, `${text} compiles`);
  return compiled.message;
}

const TRUE = [
  "object.spec.replicas <= 5 && object.metadata.labels.all(k, k.startsWith('a'))",
  'has(object.spec.replicas) && !has(object.spec.absent) && has(object.spec.empty) && object.spec.empty == null',
  "object.spec.containers.exists(c, c.name == 'b') && object.spec.containers.map(c, c.image) == ['x', 'y']",
  "object.?spec.?absent.orValue('none') == 'none' && object.spec.?replicas.optMap(r, r + 1).value() == 4",
  'names.isSorted() && [3, 1, 2].max() == 3 && [1.5, 2.5].sum() == 4.0 && names.indexOf("c") == 2 && [].sum() == 0',
  "'abc 123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'a1b2'.findAll('[0-9]', 1) == ['1']",
  "url('https://a.example:80/p?k=v&k=w').getHost() == 'a.example:80' && url('https://a.example:80/p?k=v').getQuery()['k'] == ['v']",
  "url('https://[::1]:80/').getHostname() == '::1' && url('/path').getScheme() == '' && !isURL('a b') && isURL('https://x/')",
  "ip('127.0.0.1').isLoopback() && ip('::1').family() == 6 && !isIP('127.0.0.01') && ip.isCanonical('::1') && string(ip('::1')) == '::1'",
  "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')",
  "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('200M').compareTo(quantity('0.2G')) == 0 && quantity('50k').add(20).asInteger() == 50020",
  "semver('1.2.3').isLessThan(semver('1.2.10')) && isSemver('v1.0', true) && !isSemver('v1.0') && semver('1.2.3-rc.1').isLessThan(semver('1.2.3'))",
  "!format.dns1123Label().validate('ok').hasValue() && format.named('uuid').value().validate('x').value() == ['does not match the UUID format']",
  "sets.contains([1, 2, 3], [2]) && 'a,b'.split(',') == ['a', 'b'] && '%s-%d'.format([dyn('a'), 1]) == 'a-1' && ' x '.trim() == 'x'",
  "{'a': 1, 'b': 2}.transformList(k, v, v) == [1, 2] && [1, 2].transformMap(i, v, v * 2) == {0: 2, 1: 4} && names.all(i, n, i < 3 && n != '')",
  "JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey('b/c'), value: 1}.path == '/a/b~1c'",
  "[3, 1, 2].sort() == [1, 2, 3] && ['bb', 'a'].sortBy(s, size(s)) == ['a', 'bb'] && [1, 1, 2].distinct() == [1, 2]",
  "timestamp('2024-02-29T12:00:00Z').getDayOfYear('America/New_York') == 59 && duration('90s').getMinutes() == 1",
];

for (const text of TRUE) test(`holds: ${text}`, () => assert.equal(run(text).value, true));

test('a wrong expression is refused with the position and the text of upstream', () => {
  assert.equal(refusal('1 + y'), "ERROR: <input>:1:5: undeclared reference to 'y' (in container '')\n | 1 + y\n | ....^");
  assert.equal(
    refusal("x == 'a'"),
    "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | x == 'a'\n | ..^",
  );
  assert.equal(refusal('1 + $').split('\n')[0], "ERROR: <input>:1:5: Syntax error: token recognition error at: '$'");
  assert.equal(refusal('x.foo'), "ERROR: <input>:1:2: type 'int' does not support field selection\n | x.foo\n | .^");
  assert.equal(refusal("[1, 'a']"), "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^");
  assert.equal(refusal('has(x)'), 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(x)\n | ....^');
  assert.match(refusal('x.all(2, 3)'), /argument must be a simple name/);
  assert.match(refusal('('.repeat(1000)), /recursion limit exceeded: 250/);
});

test('an object of a declared type knows its fields', () => {
  const shape = shapeOf(deployment.struct);
  const typed = environmentWith({ variables: { object: shape.type }, shapes: [shape] });
  const compiled = compile(typed, 'object.spec.replicas > 1 && object.spec.template.spec.containers.all(c, c.image.startsWith("r/"))');
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  const data = { spec: { replicas: 2, template: { spec: { containers: [{ name: 'a', image: 'r/a' }] } } } };
  assert.equal(compiled.program.evaluate({ object: toValue(data, shape) }).value, true);
  const wrong = compile(typed, 'object.spec.replica > 1');
  assert.ok(!wrong.ok);
  assert.equal(wrong.message, "ERROR: <input>:1:12: undefined field 'replica'\n | object.spec.replica > 1\n | ...........^");
});

test('costs are counted as upstream counts them', () => {
  const costs: readonly (readonly [string, number])[] = [
    ['1 == 1', 1],
    ['x == 1', 2],
    ['labels.app', 2],
    ['has(labels.app)', 1],
    ['x in [1, 2, 3]', 1],
    ['x in [x, 2]', 1 + 1 + 10 + 2],
    ["'abcdefghijk'.startsWith('a')", 2],
    ['true ? x : 2', 0],
    ['{"a": x}', 31],
    ["'0123456789'.contains('0123456789')", 1],
  ];
  for (const [text, cost] of costs) assert.equal(run(text).cost, cost, text);
});

test('an evaluation that costs too much ends', () => {
  const { value } = run('names.all(a, names.all(b, names.all(c, names.all(d, true))))', 100);
  assert.ok(value instanceof CelError);
  assert.equal(value.message, 'operation cancelled: actual cost limit exceeded');
});

test('errors of an evaluation are values with the text of upstream', () => {
  const message = (text: string): string => {
    const { value } = run(text);
    return value instanceof CelError ? value.message : 'no error';
  };
  assert.equal(message('object.spec.absent == 1'), 'no such key: absent');
  assert.equal(message('x / 0'), 'division by zero');
  assert.equal(message('9223372036854775807 + x'), 'integer overflow');
  assert.equal(message('names[5]'), 'index out of bounds: 5');
  assert.equal(message('object.spec.absent == 1 || true'), 'no error');
});

test('an authorizer is asked what the expression puts together', () => {
  const compiled = compile(
    environmentWith({ variables: { authorizer: AUTHORIZER_TYPE } }),
    "authorizer.serviceAccount('ns', 'sa').group('apps').resource('deployments').namespace('x').check('create').allowed()",
  );
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  const asked: AuthorizerQuestion[] = [];
  const authorizer = new AuthorizerValue((question) => {
    asked.push(question);
    return { allowed: true, reason: '' };
  });
  assert.equal(compiled.program.evaluate({ authorizer }).value, true);
  assert.deepEqual(asked, [
    { serviceAccount: { namespace: 'ns', name: 'sa' }, group: 'apps', resource: 'deployments', namespace: 'x', verb: 'create' },
  ]);
});

test('no text makes the compiler throw', () => {
  const word = fc.constantFrom(
    ...'( ) [ ] { } . , : ? ! - + * / % && || == != < <= in x object names 1 2u 1.5 true null "a" b"\\x00" r"\\" .all .map .exists has size [? .? \' """ // \\ 9223372036854775808'.split(
      ' ',
    ),
    '\n',
    '\ud83d\ude00',
    "'a'",
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
    fc.array(word).map((words) => words.join(' ')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (given) => {
      const compiled = compile(environment, given);
      if (compiled.ok) compiled.program.evaluate({ object, x: 7n, names, labels }, 10_000);
      else assert.match(compiled.message, /^ERROR: <input>:/);
    }),
    { numRuns: 3000 },
  );
});
