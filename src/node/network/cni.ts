// The CNI configuration of a node: one bridge for its Pods, addresses out of its own range, host ports and bandwidth limits.

import { rename, writeFile } from 'node:fs/promises';

import type { NodeScope } from '../scope/index.ts';

export interface CniOptions {
  readonly podCidrs: readonly string[];
  readonly mtu: number;
  /** Where host-local remembers which addresses are given out. */
  readonly stateDir: string;
}

/** The bridge of a node's Pods. */
export const POD_BRIDGE = 'cni0';

/** The network list as text. */
export function cniConflist({ podCidrs, mtu, stateDir }: CniOptions): string {
  const routes = podCidrs.map((cidr) => ({ dst: cidr.includes(':') ? '::/0' : '0.0.0.0/0' }));
  const ipam = { type: 'host-local', dataDir: stateDir, ranges: podCidrs.map((subnet) => [{ subnet }]), routes };
  return `${JSON.stringify(
    {
      cniVersion: '0.4.0',
      name: 'tyke',
      plugins: [
        { type: 'bridge', bridge: POD_BRIDGE, isGateway: true, ipMasq: false, hairpinMode: true, mtu, ipam },
        { type: 'portmap', capabilities: { portMappings: true }, snat: true },
        { type: 'bandwidth', capabilities: { bandwidth: true } },
      ],
    },
    null,
    2,
  )}\n`;
}

/** Writes the node's network list; containerd notices a changed one by itself. */
export async function writeCniConfig(
  scope: NodeScope,
  options: { readonly mtu: number; readonly podCidrs?: readonly string[] },
): Promise<void> {
  const { podCidrs = [scope.cidrs.podCidr], mtu } = options;
  const path = scope.hostPath(`${scope.folders.cniConfig}/10-tyke.conflist`);
  // A reader must never see half of it, nor take the unfinished file for another network.
  await writeFile(`${path}.new`, cniConflist({ podCidrs, mtu, stateDir: scope.folders.cniState }));
  await rename(`${path}.new`, path);
}
