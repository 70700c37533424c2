// Whether a Pod that was bound to this node can run here at all; whoever bound it may not have looked.

import type { Node } from '../../api/core/v1/node.ts';
import { matchesRequiredNodeAffinity } from '../../api/core/v1/node-affinity-match.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { podRequests } from '../../api/core/v1/pod-resources.ts';
import { findUntoleratedTaint } from '../../api/core/v1/toleration-match.ts';
import { milliValue, quantityToNumber } from '../../machinery/quantity.ts';
import { lookup } from '../../machinery/schema.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Why the Pod cannot run on the node beside the others, if it cannot. */
export function refusal(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  const os = pod.spec.os?.name;
  if (os !== undefined && os !== 'linux')
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  return lacking(pod, node, others) ?? misplaced(pod, node, others);
}

const SHORTAGES: Readonly<Record<string, string>> = {
  cpu: 'OutOfcpu',
  memory: 'OutOfmemory',
  'ephemeral-storage': 'OutOfephemeral-storage',
};

/** Amounts as messages show them: CPU in thousandths. */
const amount = (name: string, quantity: string | undefined): number =>
  quantity === undefined ? 0 : name === 'cpu' ? milliValue(quantity) : quantityToNumber(quantity);

function lacking(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  const allocatable = node.status.allocatable ?? {};
  const short = (name: string, reason: string, requested: number, used: number, capacity: number): Refusal => ({
    reason,
    message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  });
  const most = amount('pods', lookup(allocatable, 'pods'));
  if (others.length + 1 > most) return short('pods', 'OutOfpods', 1, others.length, most);
  const taken = others.map((other) => podRequests(other.spec));
  for (const [name, quantity] of Object.entries(podRequests(pod.spec))) {
    const capacity = lookup(allocatable, name);
    const requested = amount(name, quantity);
    // What the node does not know of is not the node's to refuse.
    if (capacity === undefined || requested === 0) continue;
    const used = taken.reduce((sum, requests) => sum + amount(name, lookup(requests, name)), 0);
    if (used + requested > amount(name, capacity))
      return short(name, SHORTAGES[name] ?? `OutOf${name}`, requested, used, amount(name, capacity));
  }
  return undefined;
}

function misplaced(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  const failed = (predicate: string, why: string): Refusal => ({ reason: predicate, message: `Predicate ${predicate} failed: ${why}` });
  const self = { name: node.metadata.name ?? '', labels: node.metadata.labels };
  if (!matchesRequiredNodeAffinity(pod.spec, self)) return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const taken = others.flatMap(hostPorts);
  if (hostPorts(pod).some((port) => taken.some((other) => collide(port, other)))) {
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  }
  if (findUntoleratedTaint(node.spec.taints, pod.spec.tolerations, ['NoExecute']) !== undefined) {
    return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  }
  return undefined;
}

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

function hostPorts({ spec }: Pod): readonly HostPort[] {
  return spec.containers
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) => ({ ip: hostIP || '0.0.0.0', protocol, port: hostPort }));
}

function collide(a: HostPort, b: HostPort): boolean {
  const sameIp = a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
  return sameIp && a.protocol === b.protocol && a.port === b.port;
}
