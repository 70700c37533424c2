// The network of a machine that is itself a node: it forwards, filters what its Pod bridge switches, and hides Pods that leave the
// cluster's ranges.

import { writeFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';
import { errorCode, runChecked, runCommand, type NodeScope } from '../scope/index.ts';
import { POD_BRIDGE } from './cni.ts';
import { masqueradeTable } from './masquerade.ts';

const SYSCTLS = ['net/ipv4/ip_forward', 'net/bridge/bridge-nf-call-iptables'];

/** Sets the machine up for its Pods, or brings it up to date. */
export async function createMachineNetwork(scope: NodeScope, clock: Clock, signal: AbortSignal): Promise<void> {
  for (const name of SYSCTLS) await enable(`/proc/sys/${name}`, clock, signal);
  const { nodeCidr, podCidr, clusterPodCidr, serviceCidr } = scope.cidrs;
  const stdin = masqueradeTable({ table: scope.names.nftTable, inside: [nodeCidr, clusterPodCidr, serviceCidr], sources: [podCidr] });
  await runChecked(['nft', '-f', '-'], clock, { signal, stdin });
}

/** Removes what `createMachineNetwork` made, and the bridge that CNI made for Pods; sysctls stay, for others may rely on them by now. */
export async function deleteMachineNetwork(scope: NodeScope, clock: Clock, signal: AbortSignal): Promise<void> {
  const table = ['table', 'ip', scope.names.nftTable];
  if ((await runCommand(['nft', 'list', ...table], clock, { signal })).code === 0)
    await runChecked(['nft', 'delete', ...table], clock, { signal });
  if ((await runCommand(['ip', 'link', 'show', POD_BRIDGE], clock, { signal })).code === 0)
    await runChecked(['ip', 'link', 'delete', POD_BRIDGE], clock, { signal });
}

async function enable(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await writeFile(path, '1');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    // The file comes with a module that is not loaded yet.
    await runChecked(['modprobe', 'br_netfilter'], clock, { signal });
    await writeFile(path, '1');
  }
}
