// The conditions of a Pod: reading and replacing them, readiness, availability.

import { parseTime } from '../../../machinery/timestamp.ts';
import type { PodObject } from './pod-object.ts';
import type { PodCondition } from './pod-status.ts';

type Conditioned = { readonly status: Pick<PodObject['status'], 'conditions'> };

/** The condition of a type, if the Pod has it. */
export function podCondition(pod: Conditioned, type: string): PodCondition | undefined {
  return (pod.status.conditions ?? []).find((condition) => condition.type === type);
}

/** Whether the condition of the type is true. */
export const isPodConditionTrue = (pod: Conditioned, type: string): boolean => podCondition(pod, type)?.status === 'True';

/** Whether the Pod can serve. */
export const isPodReady = (pod: Conditioned): boolean => isPodConditionTrue(pod, 'Ready');

/** Whether the Pod has been ready for long enough to be relied on. */
export function isPodAvailable(pod: Conditioned, minReadySeconds: number, nowMs: number): boolean {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = parseTime(ready.lastTransitionTime ?? '');
  return since !== undefined && since + minReadySeconds * 1000 <= nowMs;
}

/** How long until the Pod counts as available, if it stays ready; undefined when it is not ready. */
export function availableInMs(pod: Conditioned, minReadySeconds: number, nowMs: number): number | undefined {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  const since = minReadySeconds === 0 ? nowMs : parseTime(ready.lastTransitionTime ?? '');
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - nowMs);
}

/** The conditions with one of them replaced or added; the transition time is kept while the status is the same. */
export function withPodCondition(conditions: readonly PodCondition[] | undefined, next: PodCondition): readonly PodCondition[] {
  const present = (conditions ?? []).find(({ type }) => type === next.type);
  if (present === undefined) return [...(conditions ?? []), next];
  const merged = present.status === next.status ? { ...next, lastTransitionTime: present.lastTransitionTime } : next;
  return (conditions ?? []).map((condition) => (condition === present ? merged : condition));
}
