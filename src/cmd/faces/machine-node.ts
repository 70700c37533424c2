// The machine itself as a node, for the faces that run on it: its scope, with addresses from flags.

import { systemClock } from '../../base/clock.ts';
import { gatewayAddress } from '../../node/network/index.ts';
import { machineScope } from '../../node/scope/index.ts';
import type { NodeScope } from '../../node/scope/index.ts';
import type { FaceFlags } from './connection.ts';

export interface MachineNodeFlags extends FaceFlags {
  readonly nodeName: string;
  readonly nodeIp: string;
  readonly dataDir: string;
  readonly podCidr?: string;
  readonly clusterCidr: string;
  readonly serviceClusterIpRange: string;
}

const MTU = 1500;

export function machineNode(flags: MachineNodeFlags): Promise<NodeScope> {
  const nodeCidr = `${flags.nodeIp}/32`;
  return machineScope({
    cluster: 'machine',
    node: flags.nodeName,
    dataDir: flags.dataDir,
    address: flags.nodeIp,
    nodeCidr,
    podCidr: flags.podCidr ?? flags.clusterCidr,
    clusterPodCidr: flags.clusterCidr,
    serviceCidr: flags.serviceClusterIpRange,
    gateway: gatewayAddress(`${flags.nodeIp.replace(/\.\d+$/, '.0')}/24`),
    mtu: MTU,
    clock: systemClock,
  });
}
