// A network namespace of the node's own, named in /run/netns as `ip netns` does, with one veth to the cluster's bridge.

import { mkdir, rm, writeFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';
import { expectSuccess, runChecked, runCommand } from './command.ts';
import type { NodeNames } from './names.ts';
import { readOrUndefined } from './process.ts';

const FOLDER = '/run/netns';

/** Sysctls of a node's network: it forwards, answers by whatever way it likes, and filters what its bridge switches. */
const ON = ['net/ipv4/ip_forward', 'net/bridge/bridge-nf-call-iptables', 'net/bridge/bridge-nf-call-ip6tables'];
const OFF = ['net/ipv4/conf/all/rp_filter', 'net/ipv4/conf/default/rp_filter', 'net/ipv4/conf/eth0/rp_filter'];

export interface NodeLink {
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly mtu: number;
}

export function networkNamespacePath(names: NodeNames): string {
  return `${FOLDER}/${names.netns}`;
}

/** Makes the namespace and joins it to the cluster's bridge, which must exist. */
export async function makeNetworkNamespace(names: NodeNames, link: NodeLink, clock: Clock, signal: AbortSignal): Promise<void> {
  const path = networkNamespacePath(names);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path, '');
  await runChecked(['unshare', `--net=${path}`, 'true'], clock, { signal });
  const outside = [
    `link add ${names.veth} mtu ${link.mtu} type veth peer name eth0 mtu ${link.mtu} netns ${names.netns}`,
    `link set ${names.veth} master ${names.bridge} up`,
  ];
  await runChecked(['ip', '-batch', '-'], clock, { signal, stdin: outside.join('\n') });
  const inside = [
    'link set lo up',
    `addr add ${link.address}/${link.prefixLength} dev eth0`,
    'link set eth0 up',
    `route add default via ${link.gateway}`,
  ];
  const enter = ['nsenter', `--net=${path}`, '--'];
  await runChecked([...enter, 'ip', '-batch', '-'], clock, { signal, stdin: inside.join('\n') });
  await loadBridgeFilter(clock, signal);
  await writeAll([...enter, 'tee'], ON, '1', clock, signal);
  await writeAll([...enter, 'tee'], OFF, '0', clock, signal);
}

async function writeAll(
  tee: readonly string[],
  sysctls: readonly string[],
  value: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const argv = [...tee, ...sysctls.map((name) => `/proc/sys/${name}`)];
  const result = await runCommand(argv, clock, { signal, stdin: value });
  // What the kernel does not have (IPv6, br_netfilter) cannot be switched; tee writes the rest all the same.
  const refused = result.stderr.split('\n').filter((line) => line !== '' && !line.includes('No such file'));
  if (refused.length > 0) expectSuccess(argv, result);
}

async function loadBridgeFilter(clock: Clock, signal: AbortSignal): Promise<void> {
  if ((await readOrUndefined('/proc/sys/net/bridge/bridge-nf-call-iptables')) !== undefined) return;
  await runChecked(['modprobe', 'br_netfilter'], clock, { signal });
}

/** Removes the namespace and the veth, whatever of them exists; processes in it must be gone. */
export async function removeNetworkNamespace(names: NodeNames, clock: Clock, signal: AbortSignal): Promise<void> {
  const path = networkNamespacePath(names);
  // Not mounted, or not there: then there is nothing to do.
  await runCommand(['umount', '--lazy', '--quiet', path], clock, { signal });
  await rm(path, { force: true });
  // The namespace takes the veth along, but later, and its name may be needed at once.
  await runCommand(['ip', 'link', 'delete', names.veth], clock, { signal });
}
