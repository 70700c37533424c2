// A cluster's network on the machine that carries its nodes: a bridge in the host's namespace that joins the nodes, routes from the
// host to Pods and Services, and masquerade for what leaves.
//
// W1. All of it bears the cluster's name and is found again by that name; making it twice changes nothing.
// W2. A firewall that forwards nothing by default (as Docker sets it up) gets exceptions for this bridge and for nothing else.

import { writeFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';
import { clusterNames, runChecked, runCommand } from '../scope/index.ts';
import { masqueradeTable } from './masquerade.ts';
import { ROUTE_PROTOCOL, type RoutedNode } from './routes.ts';
import { gatewayAddress, type ClusterCidrs } from './subnets.ts';

export interface ClusterNetworkOptions extends ClusterCidrs {
  readonly cluster: string;
  /** The first one is the host's way to Services. */
  readonly nodes: readonly RoutedNode[];
  readonly mtu: number;
  readonly clock: Clock;
}

/** Makes the cluster's network, or brings it up to date with its nodes. */
export async function createClusterNetwork(options: ClusterNetworkOptions, signal: AbortSignal): Promise<void> {
  const { cluster, clock, nodeCidr, podCidr, serviceCidr, nodes } = options;
  const { bridge, nftTable } = clusterNames(cluster);
  if (!(await linkExists(bridge, clock, signal))) {
    await batch([`link add ${bridge} mtu ${options.mtu} type bridge`], clock, signal);
  }
  const address = `${gatewayAddress(nodeCidr)}/${nodeCidr.split('/')[1] ?? '24'}`;
  await batch([`addr replace ${address} dev ${bridge}`, `link set ${bridge} up`], clock, signal);
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  await batch(hostRoutes(nodes, serviceCidr), clock, signal);
  const inside = [nodeCidr, podCidr, serviceCidr];
  await runChecked(['nft', '-f', '-'], clock, {
    signal,
    stdin: masqueradeTable({ table: nftTable, inside, sources: [nodeCidr, podCidr] }),
  });
  await admitThroughFirewall(bridge, clock, signal);
}

/** Removes the cluster's network, whatever of it exists; its routes go with the bridge. */
export async function deleteClusterNetwork(cluster: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const { bridge, nftTable } = clusterNames(cluster);
  for (const rule of firewallRules(bridge)) await removeRule(rule, clock, signal);
  const table = await runCommand(['nft', 'list', 'table', 'ip', nftTable], clock, { signal });
  if (table.code === 0) await runChecked(['nft', 'delete', 'table', 'ip', nftTable], clock, { signal });
  if (await linkExists(bridge, clock, signal)) await batch([`link delete ${bridge}`], clock, signal);
}

/** How the host reaches each node's Pods, and Services by way of the first node. */
export function hostRoutes(nodes: readonly RoutedNode[], serviceCidr: string): string[] {
  const pods = nodes.map(({ podCidr, address }) => `route replace ${podCidr} via ${address} proto ${ROUTE_PROTOCOL}`);
  const [first] = nodes;
  return first === undefined ? pods : [...pods, `route replace ${serviceCidr} via ${first.address} proto ${ROUTE_PROTOCOL}`];
}

/** The largest packet that the machine's way out takes; 1500 where there is none. */
export async function uplinkMtu(clock: Clock, signal: AbortSignal): Promise<number> {
  const { stdout } = await runChecked(['ip', '-4', 'route', 'show', 'default'], clock, { signal });
  const device = /\bdev (\S+)/.exec(stdout)?.[1];
  if (device === undefined) return 1500;
  // Not from /sys, which may show another namespace's devices.
  const link = await runChecked(['ip', '-o', 'link', 'show', 'dev', device], clock, { signal });
  return Number(/\bmtu (\d+)/.exec(link.stdout)?.[1] ?? 1500);
}

async function batch(lines: readonly string[], clock: Clock, signal: AbortSignal): Promise<void> {
  await runChecked(['ip', '-batch', '-'], clock, { signal, stdin: lines.join('\n') });
}

async function linkExists(name: string, clock: Clock, signal: AbortSignal): Promise<boolean> {
  return (await runCommand(['ip', 'link', 'show', name], clock, { signal })).code === 0;
}

interface FirewallRule {
  readonly chain: string;
  readonly match: readonly string[];
}

function firewallRules(bridge: string): FirewallRule[] {
  return [
    { chain: 'FORWARD', match: ['-i', bridge, '-j', 'ACCEPT'] },
    { chain: 'FORWARD', match: ['-o', bridge, '-j', 'ACCEPT'] },
    { chain: 'INPUT', match: ['-i', bridge, '-j', 'ACCEPT'] },
  ];
}

async function admitThroughFirewall(bridge: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const listed = await iptables(['-S'], clock, signal);
  for (const { chain, match } of firewallRules(bridge)) {
    if (!listed.includes(`-P ${chain} DROP`)) continue;
    if ((await tryIptables(['-C', chain, ...match], clock, signal)).code === 0) continue;
    await iptables(['-I', chain, '1', ...match], clock, signal);
  }
}

async function removeRule({ chain, match }: FirewallRule, clock: Clock, signal: AbortSignal): Promise<void> {
  while ((await tryIptables(['-C', chain, ...match], clock, signal)).code === 0) await iptables(['-D', chain, ...match], clock, signal);
}

function tryIptables(rest: readonly string[], clock: Clock, signal: AbortSignal): ReturnType<typeof runCommand> {
  return runCommand(['iptables', '-w', '10', ...rest], clock, { signal });
}

async function iptables(rest: readonly string[], clock: Clock, signal: AbortSignal): Promise<string> {
  return (await runChecked(['iptables', '-w', '10', ...rest], clock, { signal })).stdout;
}
