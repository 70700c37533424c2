// `tyke start`: brings a cluster up (or makes sure that it is), showing its steps, and writes the kubeconfig context.

import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { secureRandom } from '../base/random.ts';
import { installPackages, missingPackages, nodePackages } from '../cluster/lifecycle/debian-packages.ts';
import { readClusterRecord, writeClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import type { ClusterRecord, RegistryRecord } from '../cluster/lifecycle/cluster-record.ts';
import { foreignEntries } from '../cluster/lifecycle/data-folder.ts';
import { writeContext } from '../cluster/lifecycle/kubeconfig-file.ts';
import { planNodes } from '../cluster/lifecycle/plan-nodes.ts';
import { readRunStatus } from '../cluster/lifecycle/run-status.ts';
import type { RunStatus } from '../cluster/lifecycle/run-status.ts';
import { runningSupervisor, startSupervisor } from '../cluster/lifecycle/supervisor.ts';
import { ClusterPki } from '../cluster/pki/cluster-pki.ts';
import { chooseClusterCidrs, takenCidrs } from '../node/network/index.ts';
import { checkName, dataDirOf, DEFAULT_NAME, requireRoot } from './cluster-location.ts';
import type { ClusterFlags } from './cluster-location.ts';
import { CommandFailure } from './failure.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';

export interface StartFlags extends ClusterFlags {
  readonly nodes?: number;
  readonly kubeconfig?: string;
  readonly apiPort?: number;
  /** `URL`, or `HOST=URL` for the images of one registry. */
  readonly registryMirror?: readonly string[];
  readonly verbose: boolean;
}

const DEFAULT_PORT = 6443;
const POLL_MS = 25;
const START_LIMIT_MS = 180_000;

/** Whether something answers on a port of this machine. */
function portTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function choosePort({ apiPort, name }: StartFlags): Promise<number> {
  if (apiPort !== undefined && apiPort !== 0) {
    if (await portTaken(apiPort))
      throw new CommandFailure('API port', `port ${apiPort} is in use`, 'Choose another with --api-port, or 0 for any free one.');
    return apiPort;
  }
  if (apiPort === undefined && name === DEFAULT_NAME && !(await portTaken(DEFAULT_PORT))) return DEFAULT_PORT;
  const { freePort } = await import('../cluster/lifecycle/free-port.ts');
  return freePort('127.0.0.1');
}

async function makeRecord(flags: StartFlags, signal: AbortSignal): Promise<Omit<ClusterRecord, 'format'>> {
  const cidrs = chooseClusterCidrs(await takenCidrs(systemClock, signal));
  // Later commands run elsewhere: what is kept names the same file from everywhere.
  const kubeconfig = resolve(flags.kubeconfig ?? defaultKubeconfig());
  return {
    name: flags.name,
    nodes: planNodes(flags.name, flags.nodes ?? 1, cidrs),
    ...cidrs,
    apiPort: await choosePort(flags),
    registries: parseMirrors(flags.registryMirror ?? []),
    kubeconfig,
  };
}

function parseMirrors(mirrors: readonly string[]): RegistryRecord[] {
  return mirrors.map((text) => {
    const [, host = '_default', url = ''] = /^(?:([^=/]+)=)?(https?:\/\/\S+)$/.exec(text) ?? [];
    if (url === '')
      throw new CommandFailure(
        'registry mirror',
        `${JSON.stringify(text)} is neither URL nor HOST=URL`,
        'An example: --registry-mirror docker.io=http://192.168.0.9:5000',
      );
    return { host, url };
  });
}

function defaultKubeconfig(): string {
  const [first = ''] = (process.env['KUBECONFIG'] ?? '').split(':');
  return first !== '' ? first : join(process.env['HOME'] ?? '/root', '.kube', 'config');
}

/** The record of the cluster: the stored one, changed where flags ask for it, or a new one. */
async function ensureRecord(flags: StartFlags, dataDir: string, signal: AbortSignal): Promise<ClusterRecord> {
  const known = await readClusterRecord(dataDir);
  if (known === undefined) {
    const foreign = await foreignEntries(dataDir);
    if (foreign.length > 0)
      throw new CommandFailure(
        'data folder',
        `${dataDir} holds ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ', …' : ''} and no cluster`,
        'Name an empty folder, or one that does not exist, with --data-dir.',
      );
  }
  if (known === undefined) return writeClusterRecord(dataDir, await makeRecord(flags, signal));
  const { format: _format, ...record } = known;
  const kubeconfig = flags.kubeconfig === undefined ? record.kubeconfig : resolve(flags.kubeconfig);
  const nodes = flags.nodes === undefined ? record.nodes : planNodes(flags.name, flags.nodes, record);
  if (nodes.length < record.nodes.length) {
    throw new CommandFailure(
      'nodes',
      `the cluster has ${record.nodes.length} nodes, and ${nodes.length} were asked for`,
      'Nodes are not taken away by start: drain and delete them first.',
    );
  }
  const apiPort = flags.apiPort === undefined || flags.apiPort === 0 ? record.apiPort : flags.apiPort;
  const registries = flags.registryMirror === undefined ? record.registries : parseMirrors(flags.registryMirror);
  return writeClusterRecord(dataDir, { ...record, kubeconfig, nodes, apiPort, registries });
}

/** Follows the status file until the cluster is ready; throws what the process says went wrong. */
async function follow(dataDir: string, sinceMs: number, progress: Progress, signal: AbortSignal): Promise<RunStatus> {
  const deadlineMs = systemClock.monotonicMs() + START_LIMIT_MS;
  for (;;) {
    const status = await readRunStatus(dataDir);
    if (status !== undefined && status.startedMs >= sinceMs) {
      progress.show(status.steps);
      if (status.failure !== undefined) throw new CommandFailure(status.failure.step, status.failure.cause, status.failure.remedy);
      if (status.ready) return status;
    }
    if ((await runningSupervisor(dataDir)) === undefined)
      throw new CommandFailure('start', 'the process ended', `Its last words are in ${join(dataDir, 'tyke.log')}.`);
    if (systemClock.monotonicMs() > deadlineMs)
      throw new CommandFailure('start', 'the cluster is not ready after three minutes', `See ${join(dataDir, 'tyke.log')}.`);
    await systemClock.sleep(POLL_MS, signal);
  }
}

async function writeUserContext(record: ClusterRecord, dataDir: string): Promise<void> {
  const pki = await ClusterPki.open(join(dataDir, 'pki'), { clock: systemClock, random: secureRandom });
  const admin = await pki.client('admin', 'kubernetes-admin', ['system:masters']);
  await writeContext(record.kubeconfig, record.name, {
    server: `https://127.0.0.1:${record.apiPort}`,
    ca: await pki.caCert(),
    cert: admin.cert,
    key: admin.key,
  });
}

/** Starts the cluster; does nothing but check when it runs already. */
export async function start(flags: StartFlags, signal: AbortSignal): Promise<void> {
  checkName(flags.name);
  requireRoot();
  const progress = createProgress();
  if (missingPackages(nodePackages).length > 0)
    await progress.during('packages', async () => installPackages(nodePackages, (line) => progress.note(line)));
  const dataDir = dataDirOf(flags);
  const running = await runningSupervisor(dataDir);
  const sinceMs = running === undefined ? systemClock.now() : 0;
  const record = running === undefined ? await ensureRecord(flags, dataDir, signal) : await runningRecord(flags, dataDir);
  if (running === undefined) {
    if (await portTaken(record.apiPort))
      throw new CommandFailure('API port', `port ${record.apiPort} is in use`, 'Choose another with --api-port.');
    const entry = process.argv[1] ?? '';
    await startSupervisor(
      dataDir,
      [process.execPath, ...process.execArgv, entry, 'run', '--data-dir', dataDir, ...(flags.verbose ? ['--verbose'] : [])],
      process.env,
    );
  }
  const status = await follow(dataDir, sinceMs, progress, signal);
  await writeUserContext(record, dataDir);
  progress.finish(
    `${record.name} is ready${running === undefined ? '' : ' (it was running already)'}: ${record.nodes.length} node${record.nodes.length === 1 ? '' : 's'}, kubeconfig context "${record.name}" in ${record.kubeconfig}`,
  );
  if (flags.verbose) progress.note(`pid ${status.pid}, log ${join(dataDir, 'tyke.log')}`);
}

async function runningRecord(flags: StartFlags, dataDir: string): Promise<ClusterRecord> {
  const record = await readClusterRecord(dataDir);
  if (record === undefined)
    throw new CommandFailure('start', `a cluster runs on ${dataDir}, but its record is missing`, 'Run tyke delete, then start again.');
  if (flags.nodes !== undefined && flags.nodes !== record.nodes.length) {
    throw new CommandFailure(
      'nodes',
      `the cluster runs with ${record.nodes.length} nodes`,
      'Stop it first (tyke stop), then start it with the new number.',
    );
  }
  return record;
}
