// Several test runs read as one: every test counted once, in one summary at the end.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, test } from 'node:test';
import { mergeRuns } from '../../scripts/merge-runs.ts';

test('the counts of all runs are added up, and stand last', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'merge-runs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  // The inner runs are read as runs of their own, not as part of this one.
  const context = process.env['NODE_TEST_CONTEXT'];
  delete process.env['NODE_TEST_CONTEXT'];
  t.after(() => (context === undefined ? undefined : (process.env['NODE_TEST_CONTEXT'] = context)));
  const passing = join(folder, 'passing.mjs');
  const mixed = join(folder, 'mixed.mjs');
  writeFileSync(passing, `import { test } from 'node:test'; test('one', () => {}); test('two', () => {});`);
  writeFileSync(mixed, `import { test } from 'node:test'; test('bad', () => { throw new Error('bad'); }); test.skip('later', () => {});`);

  const { events, totals } = mergeRuns([passing, mixed].map((file) => () => run({ files: [file] })));
  const messages: string[] = [];
  for await (const { type, data } of events()) {
    if (type === 'test:diagnostic' && typeof data === 'object' && data !== null && 'message' in data) messages.push(String(data.message));
  }

  const { duration_ms: durationMs, ...counts } = totals;
  assert.deepEqual(counts, { tests: 4, suites: 0, pass: 2, fail: 1, cancelled: 0, skipped: 1, todo: 0 });
  assert.deepEqual(
    messages.filter((message) => message.startsWith('tests ')),
    ['tests 4'],
  );
  assert.equal(messages.at(-1), `duration_ms ${durationMs}`);
});
