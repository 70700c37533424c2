import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeYaml, decodeYamlDocuments, encodeYaml, YamlError } from './yaml.ts';

const read = (text: string): unknown => {
  const decoded = decodeYaml(text);
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.message);
  return decoded.value;
};

test('plain scalars follow YAML 1.1 as Kubernetes reads it', () => {
  assert.deepEqual(read('[yes, Off, y, 0755, 0x1f, 1_000, 1:30, 2020-01-01, ~, 1.5, "1", 1e3]'), [
    true,
    false,
    true,
    493,
    31,
    1000,
    '1:30',
    '2020-01-01',
    null,
    1.5,
    '1',
    1000,
  ]);
  assert.deepEqual(read('n: 9223372036854775807'), { false: 9223372036854775807n });
});

test('keys of any scalar type become strings', () => {
  assert.equal(JSON.stringify(read('1: a\ntrue: b\n__proto__: c\n')), '{"1":"a","true":"b","__proto__":"c"}');
});

test('aliases are refused', () => {
  assert.equal(decodeYaml('a: &x [1]\nb: *x\n').ok, false);
});

test('of duplicate keys the last wins, and they are told', () => {
  const decoded = decodeYaml('a: 1\na: 2\n');
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.value, { a: 2 });
  assert.equal(decoded.duplicates.length, 1);
});

test('a file holds many documents, and empty ones do not count', () => {
  assert.deepEqual(decodeYamlDocuments('---\na: 1\n---\n---\nb: 2\n'), [{ a: 1 }, { b: 2 }]);
  assert.throws(() => decodeYamlDocuments('a: ['), YamlError);
});

test('what is written is read back the same', () => {
  const leaf = fc.oneof(
    fc.constant('yes'),
    fc.constant('0755'),
    fc.constant('null'),
    fc.constant('1.5'),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (each) => {
      assert.deepEqual(JSON.stringify(read(encodeYaml({ each }))), JSON.stringify({ each }));
    }),
  );
});
