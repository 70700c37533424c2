// Which Pods nobody else will clean up.

import type { Node } from '../../../api/core/v1/node.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodTerminal } from '../../../api/core/v1/pod-phase.ts';

export const TERMINATED_THRESHOLD = 12_500;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export interface GcPlan {
  readonly remove: readonly Pod[];
  /** Pods whose node does not exist in the cache; to be removed when it has been missing for a while. */
  readonly orphaned: readonly Pod[];
}

/** Sorts out the Pods; pure. */
export function plan(pods: readonly Pod[], nodes: ReadonlyMap<string, Node>, threshold = TERMINATED_THRESHOLD): GcPlan {
  const terminated = pods.filter(({ status }) => !['Pending', 'Running', 'Unknown', '', undefined].includes(status.phase)).sort(byEviction);
  const outOfService = pods.filter(
    (pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod) && isOutOfService(nodes.get(pod.spec.nodeName ?? '')),
  );
  const unscheduled = pods.filter(({ metadata, spec }) => metadata.deletionTimestamp !== undefined && (spec.nodeName ?? '') === '');
  return {
    remove: [...new Set([...terminated.slice(0, Math.max(0, terminated.length - threshold)), ...outOfService, ...unscheduled])],
    orphaned: pods.filter(({ spec }) => (spec.nodeName ?? '') !== '' && !nodes.has(spec.nodeName ?? '')),
  };
}

function isOutOfService(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const ready = (node.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
  return !ready && (node.spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE);
}

/** Evicted Pods first, then the eldest. */
function byEviction(a: Pod, b: Pod): number {
  const evicted = ({ status }: Pod): number => (status.phase === 'Failed' && status.reason === 'Evicted' ? 0 : 1);
  const order = (pod: Pod): string => `${evicted(pod)} ${pod.metadata.creationTimestamp} ${pod.metadata.name}`;
  return order(a) < order(b) ? -1 : 1;
}
