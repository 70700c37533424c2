// `tyke status`: every component with its state and pid; the exit status says whether all is well.

import { readClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import { readRunStatus } from '../cluster/lifecycle/run-status.ts';
import type { ComponentStatus } from '../cluster/lifecycle/run-status.ts';
import { runningSupervisor } from '../cluster/lifecycle/supervisor.ts';
import { identify } from '../node/scope/index.ts';
import { dataDirOf } from './cluster-location.ts';
import type { ClusterFlags } from './cluster-location.ts';
import { CommandFailure } from './failure.ts';

export interface StatusFlags extends ClusterFlags {
  readonly output?: string;
}

interface Report {
  readonly name: string;
  readonly state: 'running' | 'starting' | 'failing' | 'stopped';
  readonly components: readonly ComponentStatus[];
}

async function report(flags: ClusterFlags): Promise<Report> {
  const dataDir = dataDirOf(flags);
  const record = await readClusterRecord(dataDir);
  if (record === undefined)
    throw new CommandFailure('status', `there is no cluster ${JSON.stringify(flags.name)}`, 'tyke start makes one.');
  const supervisor = await runningSupervisor(dataDir);
  const status = await readRunStatus(dataDir);
  const alive = supervisor !== undefined && status !== undefined && (await identify(status.pid)) !== undefined;
  const components = (status?.components ?? []).map((component) =>
    alive ? component : { ...component, state: 'stopped' as const, pid: 0 },
  );
  const all =
    supervisor === undefined ? components : [{ name: 'supervisor', state: 'running' as const, pid: supervisor.pid }, ...components];
  if (!alive) return { name: record.name, state: supervisor === undefined ? 'stopped' : 'failing', components: all };
  const failing = all.some(({ state }) => state === 'failed');
  return { name: record.name, state: failing ? 'failing' : status.ready ? 'running' : 'starting', components: all };
}

/** Prints the state; gives the exit status: 0 when everything runs. */
export async function status(flags: StatusFlags): Promise<number> {
  if (flags.output !== undefined && flags.output !== 'json') {
    throw new CommandFailure(
      'status',
      `unable to match a printer suitable for the output format ${JSON.stringify(flags.output)}, allowed formats are: json`,
      '',
    );
  }
  const found = await report(flags);
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  } else {
    const width = Math.max(9, ...found.components.map(({ name }) => name.length)) + 3;
    const rows = found.components.map(({ name, state, pid, detail = '' }) =>
      `${name.padEnd(width)}${state.padEnd(11)}${pid === 0 ? '' : String(pid).padEnd(9)}${detail}`.trimEnd(),
    );
    process.stdout.write(
      `${[`${found.name}: ${found.state}`, `${'COMPONENT'.padEnd(width)}${'STATE'.padEnd(11)}PID`, ...rows].join('\n')}\n`,
    );
  }
  return found.state === 'running' ? 0 : 1;
}
