import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { WarningHeaders } from './warning-headers.ts';

describe('warning headers', () => {
  it('are legal whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 30 }), (texts) => {
        const warnings = new WarningHeaders();
        for (const text of texts) warnings.add(text);
        for (const value of warnings.values) validateHeaderValue('warning', value);
      }),
    );
  });

  it('say each thing once, in order, in UTF-8', () => {
    const warnings = new WarningHeaders();
    for (const text of ['b "x"', '', 'é', 'b "x"']) warnings.add(text);
    assert.deepEqual(
      warnings.values.map((value) => Buffer.from(value, 'latin1').toString('utf8')),
      ['299 - "b \\"x\\""', '299 - "é"'],
    );
  });

  it('stay far below what clients take for headers', () => {
    const warnings = new WarningHeaders();
    for (let at = 0; at < 100_000; at++) warnings.add(`${at} ${'x'.repeat(1000)}`);
    const { values } = warnings;
    assert.ok(values.join('').length < 16_384, String(values.join('').length));
    assert.match(values[0] ?? '', /^299 - "0 x{254}"$/);
  });
});
