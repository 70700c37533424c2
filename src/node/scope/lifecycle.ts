// A node's scope from its making to its end.
//
// L1. Everything a scope owns follows from the cluster's and the node's name; the record only adds which process holds it.
// L2. The record is written last and removed first: a scope without one is half made and is taken down before it is made anew.
// L3. Taking down is complete and may be repeated: processes by cgroup and by namespace, then what they held.

import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Clock } from '../../base/clock.ts';
import { cgroupProcesses, joinCgroup, killCgroup, makeCgroup, readCgroupLayout, removeCgroup } from './cgroup.ts';
import { COMMAND_ENVIRONMENT, expectSuccess, runCommand } from './command.ts';
import { folderBindings, fstab, machineFolders, nodeFolder, scopedFolders } from './folders.ts';
import { startHolder } from './holder.ts';
import { ensureMountPoint, mountPoints, releaseMountPoint } from './mount-points.ts';
import { nodeCgroup, nodeNames } from './names.ts';
import { makeNetworkNamespace, networkNamespacePath, removeNetworkNamespace } from './network-namespace.ts';
import type { NodeCidrs, NodeScope } from './node-scope.ts';
import { nodeScope } from './node-scope.ts';
import { errorCode, identify, isRunning, namespaceOf, sendSignal, type ProcessIdentity } from './process.ts';
import { readRecord, removeRecord, writeRecord } from './record.ts';
import { writeResolvConf } from './resolv-conf.ts';

export interface NodeScopeOptions extends NodeCidrs {
  readonly cluster: string;
  readonly node: string;
  /** The cluster's data folder; the node's own lies below it. */
  readonly dataDir: string;
  /** The host's address on the cluster's bridge. */
  readonly gateway: string;
  readonly mtu: number;
  readonly clock: Clock;
}

export interface DeleteNodeScopeOptions {
  readonly cluster: string;
  readonly node: string;
  readonly dataDir: string;
  readonly clock: Clock;
  /** Keep images, volumes and logs, to make the scope again later. */
  readonly keepData?: boolean;
}

/** Limits of the machine that a few dozen Pods would reach. */
const INOTIFY_MINIMA = { max_user_instances: 8192, max_user_watches: 524_288 } as const;

/** The node's scope: the one that runs already, or a new one. */
export async function createNodeScope(options: NodeScopeOptions, signal: AbortSignal): Promise<NodeScope> {
  const open = await openNodeScope(options);
  if (open !== undefined) return open;
  const { cluster, node, clock } = options;
  await deleteNodeScope({ ...options, keepData: true }, signal);
  const data = nodeFolder(options.dataDir, node);
  const folders = scopedFolders(data);
  const bindings = folderBindings(data);
  for (const { source } of bindings) await mkdir(source, { recursive: true });
  for (const path of [folders.containerdRoot, folders.cniConfig, folders.cniState, folders.registries, folders.logs])
    await mkdir(path, { recursive: true });
  for (const { target } of bindings) await ensureMountPoint(target);
  await raiseInotifyLimits();

  const names = nodeNames(cluster, node);
  const prefixLength = Number(options.nodeCidr.split('/')[1]);
  await makeNetworkNamespace(names, { address: options.address, prefixLength, gateway: options.gateway, mtu: options.mtu }, clock, signal);
  const cgroups = await readCgroupLayout();
  const holderGroup = `${nodeCgroup(cluster, node)}/holder`;
  await makeCgroup(cgroups, holderGroup);
  const holder = await startHolder(networkNamespacePath(names), clock, signal);
  await joinCgroup(cgroups, holderGroup, holder.pid);

  const scope = await scopeOver(options, holder);
  await furnish(scope, fstab(bindings), signal);
  await writeRecord(data, { holder, network: (await namespaceOf(holder.pid, 'net')) ?? '' });
  return scope;
}

/** The scope that an earlier process made, if it still stands. */
export async function openNodeScope(options: NodeScopeOptions): Promise<NodeScope | undefined> {
  const record = await readRecord(nodeFolder(options.dataDir, options.node));
  if (record === undefined || !(await isRunning(record.holder))) return undefined;
  if ((await namespaceOf(record.holder.pid, 'net')) !== record.network) return undefined;
  return scopeOver(options, record.holder);
}

/** The machine as a node of its own: commands run where this process runs. */
export async function machineScope(options: NodeScopeOptions): Promise<NodeScope> {
  const data = nodeFolder(options.dataDir, options.node);
  const folders = machineFolders(data);
  for (const path of Object.values(folders)) {
    if (path.startsWith(data)) await mkdir(path, { recursive: true });
    else await ensureMountPoint(path);
  }
  await raiseInotifyLimits();
  const scope = await scopeOver(options, undefined);
  await makeCgroup(scope.cgroups, scope.cgroupRoot);
  return scope;
}

/** Ends everything that runs in the node and removes everything it owns, whatever of it exists. */
export async function deleteNodeScope(options: DeleteNodeScopeOptions, signal: AbortSignal): Promise<void> {
  const { cluster, node, clock } = options;
  const data = nodeFolder(options.dataDir, node);
  const record = await readRecord(data);
  await removeRecord(data);
  // Namespace numbers are used again: the recorded one counts only while its holder lives.
  const network = record !== undefined && (await isRunning(record.holder)) ? record.network : undefined;
  const names = nodeNames(cluster, node);
  const cgroups = await readCgroupLayout();
  const root = nodeCgroup(cluster, node);
  await killCgroup(cgroups, root, clock, signal);
  await killInNetwork(networkNamespacePath(names), network, clock, signal);
  await removeCgroup(cgroups, root, clock, signal);
  await removeNetworkNamespace(names, clock, signal);
  await unmountBelow(data, clock, signal);
  for (const { target } of folderBindings(data)) await releaseMountPoint(target);
  if (options.keepData !== true) await removeData(data);
  await removeEmptyClusterCgroup(cluster, clock, signal);
}

async function scopeOver(options: NodeScopeOptions, holder: ProcessIdentity | undefined): Promise<NodeScope> {
  const { cluster, node, address, nodeCidr, podCidr, clusterPodCidr, serviceCidr } = options;
  const names = nodeNames(cluster, node);
  const data = nodeFolder(options.dataDir, node);
  return nodeScope(
    {
      cluster,
      node,
      names,
      holder,
      netns: holder === undefined ? undefined : networkNamespacePath(names),
      cgroupRoot: nodeCgroup(cluster, node),
      cgroups: await readCgroupLayout(),
      folders: holder === undefined ? machineFolders(data) : scopedFolders(data),
      cidrs: { address, nodeCidr, podCidr, clusterPodCidr, serviceCidr },
    },
    options.clock,
  );
}

/** Gives the fresh mount and UTS namespaces their mounts and name. */
async function furnish(scope: NodeScope, table: string, signal: AbortSignal): Promise<void> {
  const tablePath = `${scope.folders.data}/fstab`;
  await writeFile(tablePath, table);
  // containerd's mounts reach containers that ask for propagation only where the tree is shared; the namespace itself is private.
  const resolvConf = await writeResolvConf(scope.folders.data);
  const steps: { readonly argv: readonly string[]; readonly stdin?: string }[] = [
    { argv: ['mount', '--make-rshared', '/'] },
    { argv: ['mount', '--all', '--fstab', tablePath] },
    { argv: ['tee', '/proc/sys/kernel/hostname'], stdin: scope.node },
    ...(resolvConf === undefined ? [] : [{ argv: ['mount', '--bind', resolvConf, '/etc/resolv.conf'] }]),
    // crun refuses a hybrid layout; without this mount it is plain v1.
    ...(scope.cgroups.unified === undefined ? [] : [{ argv: ['umount', scope.cgroups.unified] }]),
  ];
  for (const { argv, stdin = '' } of steps) expectSuccess(argv, await scope.run(argv, { signal, stdin, env: COMMAND_ENVIRONMENT }));
}

async function raiseInotifyLimits(): Promise<void> {
  for (const [name, minimum] of Object.entries(INOTIFY_MINIMA)) {
    const path = `/proc/sys/fs/inotify/${name}`;
    if (Number(await readFile(path, 'utf8')) < minimum) await writeFile(path, String(minimum));
  }
}

/** Kills what is in the node's network but in none of its cgroups: a holder or daemon that a crash left before it had joined. */
async function killInNetwork(path: string, recorded: string | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
  const named = (await runCommand(['nsenter', `--net=${path}`, '--', 'readlink', '/proc/self/ns/net'], clock, { signal })).stdout.trim();
  const own = await namespaceOf('self', 'net');
  const networks = new Set([named, recorded ?? ''].filter((network) => network.startsWith('net:') && network !== own));
  for (let round = 0; networks.size > 0; round++) {
    const inside = await processesIn(networks);
    if (inside.length === 0) return;
    if (round === 500) throw new Error(`processes ${inside.join(', ')} in ${path} do not end`);
    for (const pid of inside) sendSignal(pid, 'SIGKILL');
    await clock.sleep(20, signal);
  }
}

async function processesIn(networks: ReadonlySet<string>): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const network = await namespaceOf(pid, 'net');
    if (network !== undefined && networks.has(network) && (await identify(pid)) !== undefined) found.push(pid);
  }
  return found;
}

async function removeData(data: string): Promise<void> {
  await rm(data, { recursive: true, force: true });
  try {
    await rmdir(dirname(data));
  } catch (error) {
    // Other nodes still have theirs beside it, or there never was one.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'ENOENT') throw error;
  }
}

async function unmountBelow(folder: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const below = mountPoints(await readFile('/proc/self/mountinfo', 'utf8')).filter((path) => path.startsWith(`${folder}/`));
  for (const path of below.reverse()) await runCommand(['umount', '--lazy', path], clock, { signal });
}

/** The cluster's cgroup goes with its last node. */
async function removeEmptyClusterCgroup(cluster: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const cgroups = await readCgroupLayout();
  const parent = nodeCgroup(cluster, '').slice(0, -1);
  for (const { mount } of cgroups.hierarchies) {
    if ((await subgroups(`${mount}${parent}`)) > 0) return;
  }
  if ((await cgroupProcesses(cgroups, parent)).size === 0) await removeCgroup(cgroups, parent, clock, signal);
}

async function subgroups(group: string): Promise<number> {
  try {
    return (await readdir(group, { withFileTypes: true })).filter((entry) => entry.isDirectory()).length;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
