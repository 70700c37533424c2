import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { VirtualClock } from '../../base/clock.ts';
import { readRunStatus, RunStatusWriter } from './run-status.ts';

test('a status that cannot be written ends nothing, and is whole again afterwards', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'run-status-'));
  try {
    const failures: unknown[] = [];
    const status = new RunStatusWriter(folder, 7, new VirtualClock(), (error) => failures.push(error));
    await rm(folder, { recursive: true });
    status.component('dns', 'failed');
    assert.equal(failures.length, 1);
    await mkdir(folder);
    status.component('proxy', 'running');
    assert.deepEqual(
      (await readRunStatus(folder))?.components.map(({ name, state }) => [name, state]),
      [
        ['dns', 'failed'],
        ['proxy', 'running'],
      ],
    );
    assert.equal(failures.length, 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a status that was cut short counts as none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'run-status-'));
  try {
    await writeFile(join(folder, 'status.json'), '{"pid":');
    assert.equal(await readRunStatus(folder), undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
