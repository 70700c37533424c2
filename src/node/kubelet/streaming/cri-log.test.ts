import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';

import { systemClock as clock } from '../../../base/clock.ts';
import { fixedTimestamp, LogFilter } from './cri-log.ts';
import type { LogSelection } from './cri-log.ts';
import { readLog } from './log-reader.ts';

const { signal } = new AbortController();
const LOG = [
  '2026-01-01T00:00:00.5Z stdout F one',
  '2026-01-01T00:00:01Z stderr F bad',
  '2026-01-01T00:00:02.000000001Z stdout P half ',
  '2026-01-01T00:00:02.1Z stdout F whole',
  '2026-01-01T00:00:03Z stdout F ',
  'garbage',
  '2026-01-01T00:00:04Z stdout F two words',
  '',
].join('\n');

const shown = (selection: LogSelection, pieceBytes = 1000): string => {
  const filter = new LogFilter(selection);
  const bytes = Buffer.from(LOG);
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) out.push(filter.push(bytes.subarray(at, at + pieceBytes)));
  return Buffer.concat(out).toString();
};

test('entries become the lines that the container wrote', () => {
  assert.equal(shown({}), 'one\nbad\nhalf whole\n\ntwo words\n');
  assert.equal(shown({ stream: 'stderr' }), 'bad\n');
  assert.equal(shown({ sinceMs: Date.parse('2026-01-01T00:00:03Z') }), '\ntwo words\n');
  assert.equal(shown({ limitBytes: 6 }), 'one\nba');
  assert.equal(
    shown({ timestamps: true, stream: 'stdout', limitBytes: 79 }),
    '2026-01-01T00:00:00.500000000Z one\n2026-01-01T00:00:02.000000001Z half whole\n20',
  );
  assert.equal(fixedTimestamp('2026-01-01T00:00:00+02:00'), '2026-01-01T00:00:00.000000000+02:00');
});

test('it does not matter how the file is cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (size) => assert.equal(shown({ timestamps: true }, size), shown({ timestamps: true }))),
  );
});

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => Buffer.concat(await Array.fromAsync(chunks)).toString();

test('the last lines are found from the end, and a followed log goes on through rotation to the end of the container', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tyke-log-'));
  try {
    const path = join(folder, '0.log');
    await writeFile(path, LOG);
    const tail = (tailLines: number): Promise<string> =>
      collect(readLog({ path, follow: false, tailLines, isRunning: () => false }, clock, signal));
    assert.equal(await tail(0), '');
    assert.equal(await tail(1), 'two words\n');
    assert.equal(await tail(3), '\ntwo words\n');
    assert.equal(await tail(100), 'one\nbad\nhalf whole\n\ntwo words\n');

    let running = true;
    const following = collect(readLog({ path, follow: true, tailLines: 1, isRunning: () => running }, clock, signal));
    await appendFile(path, '2026-01-01T00:00:05Z stdout F three\n');
    await clock.sleep(30, signal);
    await rename(path, `${path}.old`);
    await appendFile(`${path}.old`, '2026-01-01T00:00:06Z stdout F four\n');
    await writeFile(path, '2026-01-01T00:00:07Z stdout F five\n');
    await clock.sleep(30, signal);
    running = false;
    await appendFile(path, '2026-01-01T00:00:08Z stdout F six\n');
    assert.equal(await following, 'two words\nthree\nfour\nfive\nsix\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
