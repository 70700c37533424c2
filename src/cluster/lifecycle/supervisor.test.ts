import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { isRunning } from '../../node/scope/index.ts';
import { endSupervisor, EXIT_GIVE_UP, RESTARTED, runningSupervisor, startSupervisor } from './supervisor.ts';

const signal = new AbortController().signal;

describe('the supervisor', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supervisor-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const start = (script: string): ReturnType<typeof startSupervisor> => startSupervisor(folder, ['sh', '-c', script], process.env);
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    while (!(await condition())) await systemClock.sleep(20, signal);
  };
  const runs = async (): Promise<number> => (existsSync(join(folder, 'runs')) ? (await readFile(join(folder, 'runs'), 'utf8')).length : 0);

  it('starts again what crashed', async () => {
    const identity = await start(`printf x >>${folder}/runs; [ $(wc -c <${folder}/runs) = 2 ] && exit 0; exit 1`);
    await until(async () => !(await isRunning(identity)));
    assert.equal(await runs(), 2);
  });

  it('tells a run that follows a crash so', async () => {
    const identity = await start(`printf x >>${folder}/runs; [ "$${RESTARTED}" = 1 ] && exit ${EXIT_GIVE_UP}; exit 1`);
    await until(async () => !(await isRunning(identity)));
    assert.equal(await runs(), 2);
  });

  it('gives up where the command says that nothing helps', async () => {
    const identity = await start(`printf x >>${folder}/runs; exit ${EXIT_GIVE_UP}`);
    await until(async () => !(await isRunning(identity)));
    assert.equal(await runs(), 1);
  });

  it('ends when asked between two runs, and starts nothing more', async () => {
    const identity = await start(`printf x >>${folder}/runs; exit 1`);
    await until(async () => (await runs()) === 1);
    await systemClock.sleep(100, signal);
    await endSupervisor(folder, identity);
    await until(async () => !(await isRunning(identity)));
    assert.equal(await runs(), 1);
  });

  it('counts as none when its record was cut short', async () => {
    await writeFile(join(folder, 'supervisor.json'), '');
    assert.equal(await runningSupervisor(folder), undefined);
  });
});
