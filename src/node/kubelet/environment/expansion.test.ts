import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expand, expandAll, expandStrictly } from './expansion.ts';

const variables = new Map([
  ['A', 'x'],
  ['B_C', '$(A)'],
  ['EMPTY', ''],
]);

test('references are replaced once, and what is not known stays as written', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['$(A)', 'x'],
    ['<$(A)$(EMPTY)$(B_C)>', '<x$(A)>'],
    ['$(NONE)', '$(NONE)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$x'],
    ['$$$$(A)', '$$(A)'],
    ['$A $', '$A $'],
    ['$(A', '$(A'],
    ['$(A $$', '$(A $'],
    ['$()', '$()'],
    ['$', '$'],
    ['', ''],
    ['$(A)$(', 'x$('],
  ];
  for (const [text, expected] of cases) assert.equal(expand(text, variables), expected, text);
});

test('commands are expanded argument by argument', () => {
  assert.deepEqual(expandAll(['sh', '-c', 'echo $(NAME) $$(NAME)'], [{ name: 'NAME', value: 'v' }]), ['sh', '-c', 'echo v $(NAME)']);
});

test('a strict expansion names what is missing', () => {
  assert.deepEqual(expandStrictly('a/$(B)/$(C)', [{ name: 'B', value: 'b' }]), { ok: false, missing: 'C' });
  assert.deepEqual(expandStrictly('a/$(B)', [{ name: 'B', value: 'b' }]), { ok: true, value: 'a/b' });
});

test('expansion takes time in proportion to its input', () => {
  const text = '$('.repeat(100_000);
  assert.equal(expand(text, variables), text);
});
