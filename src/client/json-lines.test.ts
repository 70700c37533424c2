import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonLines } from './json-lines.ts';

test('lines come out whole wherever the chunks break', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ minLength: 1 }).map((text) => JSON.stringify(text)),
        { maxLength: 20 },
      ),
      fc.array(fc.nat(20), { maxLength: 40 }),
      (lines, cuts) => {
        const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
        const reader = new JsonLines();
        const found: string[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length]) {
          const to = Math.min(bytes.length, from + cut);
          for (const line of reader.push(bytes.subarray(from, to))) found.push(new TextDecoder().decode(line));
          from = to;
        }
        for (const line of reader.push(bytes.subarray(from))) found.push(new TextDecoder().decode(line));
        assert.deepEqual(found, lines);
      },
    ),
  );
});
