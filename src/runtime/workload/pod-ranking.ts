// Which of a workload's Pods can best be spared: those that do least come first.

import type { Pod } from '../../api/core/v1/pod.ts';
import { isPodReady, podCondition } from '../../api/core/v1/pod-conditions.ts';
import { isPodActive } from '../../api/core/v1/pod-phase.ts';
import { parseTime } from '../../machinery/timestamp.ts';

const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

interface Ranked {
  readonly pod: Pod;
  /** Active Pods of the same application on its node. */
  readonly neighbours: number;
}

/** `pods` in the order in which to delete them; `related` are the Pods of the whole application. */
export function byDispensability(pods: readonly Pod[], related: readonly Pod[], nowMs: number): Pod[] {
  const perNode = new Map<string, number>();
  for (const each of related) {
    const node = each.spec.nodeName ?? '';
    if (isPodActive(each)) perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  return pods
    .map((pod): Ranked => ({ pod, neighbours: perNode.get(pod.spec.nodeName ?? '') ?? 0 }))
    .sort((left, right) => compare(left, right, nowMs))
    .map(({ pod }) => pod);
}

/** The annotated cost of deleting the Pod; what does not read as a plain number of 32 bits counts as zero. */
export function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST_ANNOTATION] ?? '';
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost > 2_147_483_647 || cost < -2_147_483_648 ? 0 : cost;
}

function compare(left: Ranked, right: Ranked, nowMs: number): number {
  const [a, b] = [left.pod, right.pod];
  return (
    flag(isAssigned(a), isAssigned(b)) ||
    phaseOrder(a) - phaseOrder(b) ||
    flag(isPodReady(a), isPodReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    right.neighbours - left.neighbours ||
    (isPodReady(a) && isPodReady(b) ? byAge(readySince(a), readySince(b), a, b, nowMs) : 0) ||
    compareRestarts(a, b) ||
    byAge(parseTime(a.metadata.creationTimestamp ?? ''), parseTime(b.metadata.creationTimestamp ?? ''), a, b, nowMs)
  );
}

const flag = (a: boolean, b: boolean): number => Number(a) - Number(b);
const isAssigned = ({ spec }: Pod): boolean => (spec.nodeName ?? '') !== '';
const phaseOrder = ({ status }: Pod): number => PHASE_ORDER[status.phase ?? ''] ?? 0;
const readySince = (pod: Pod): number | undefined => parseTime(podCondition(pod, 'Ready')?.lastTransitionTime ?? '');

/** The younger first; ages of one order of magnitude are alike, and then the uid decides. */
function byAge(aMs: number | undefined, bMs: number | undefined, a: Pod, b: Pod, nowMs: number): number {
  if (aMs === bMs) return 0;
  if (aMs === undefined || bMs === undefined) return aMs === undefined ? -1 : 1;
  const difference = magnitude(nowMs - aMs) - magnitude(nowMs - bMs);
  return difference === 0 ? ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1) : difference;
}

/** Of an age in nanoseconds, as upstream measures it. */
const magnitude = (ageMs: number): number => (ageMs <= 0 ? -1 : Math.floor(Math.log2(ageMs * 1e6)));

/** More restarts first: of the sidecars only when the other containers are even. */
function compareRestarts(a: Pod, b: Pod): number {
  const [left, right] = [restarts(a), restarts(b)];
  return right.regular - left.regular || right.sidecar - left.sidecar;
}

function restarts({ spec, status }: Pod): { regular: number; sidecar: number } {
  const sidecars = new Set((spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const most = (counts: readonly number[]): number => counts.reduce((max, each) => Math.max(max, each), 0);
  return {
    regular: most((status.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    sidecar: most((status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)).map(({ restartCount }) => restartCount)),
  };
}
