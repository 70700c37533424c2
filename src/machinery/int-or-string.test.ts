import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atoiProblem, intValue, isPercent, parseIntOrString, scaleIntOrPercent } from './int-or-string.ts';

test('percentages are scaled and rounded either way', () => {
  assert.deepEqual(scaleIntOrPercent('25%', 10, true), { ok: true, value: 3 });
  assert.deepEqual(scaleIntOrPercent('25%', 10, false), { ok: true, value: 2 });
  assert.deepEqual(scaleIntOrPercent(4, 10, false), { ok: true, value: 4 });
});

test('other text is refused', () => {
  assert.deepEqual(scaleIntOrPercent('25', 10, true), {
    ok: false,
    error: 'invalid value for IntOrString: invalid type: string is not a percentage',
  });
  assert.deepEqual(scaleIntOrPercent('x%', 10, true), {
    ok: false,
    error: 'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
  });
});

test('text that is a number of 32 bits becomes one', () => {
  assert.equal(parseIntOrString('80'), 80);
  assert.equal(parseIntOrString('http'), 'http');
  assert.equal(parseIntOrString('2147483648'), '2147483648');
  assert.equal(intValue('12'), 12);
  assert.equal(intValue('http'), 0);
  assert.equal(isPercent('1%'), true);
  assert.equal(atoiProblem('99999999999999999999'), 'strconv.Atoi: parsing "99999999999999999999": value out of range');
});
