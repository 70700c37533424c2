// Keeping a number of like Pods: what to create or delete, and what the status says. Shared by ReplicaSet and ReplicationController.

import type { Pod } from '../../api/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../api/core/v1/pod-spec.ts';
import { availableInMs, isPodAvailable, isPodReady } from '../../api/core/v1/pod-conditions.ts';
import { matchesLabels } from '../../machinery/selectors/label-selector.ts';
import { printTime } from '../../machinery/timestamp.ts';
import { byDispensability } from './pod-ranking.ts';

/** More than this many are neither created nor deleted in one go. */
export const BURST_REPLICAS = 500;

/** What a keeper of replicas asks for. */
export interface Wanted {
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly template: PodTemplateSpec | undefined;
}

/** How many Pods to create, or which to delete. */
export interface ReplicaPlan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** Compares what is wanted with the active Pods; `related` are all Pods of the same application. */
export function planReplicas(replicas: number, active: readonly Pod[], related: readonly Pod[], nowMs: number): ReplicaPlan {
  const surplus = active.length - replicas;
  if (surplus <= 0) return { create: Math.min(replicas - active.length, BURST_REPLICAS), remove: [] };
  const doomed = Math.min(surplus, BURST_REPLICAS);
  return { create: 0, remove: doomed < active.length ? byDispensability(active, related, nowMs).slice(0, doomed) : active };
}

export interface ReplicaCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** The status of a keeper of replicas. Zeros are absent where the kind leaves them out. */
export interface ReplicaStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number | undefined;
  readonly readyReplicas?: number | undefined;
  readonly availableReplicas?: number | undefined;
  readonly conditions?: readonly ReplicaCondition[] | undefined;
}

export interface Seen {
  readonly active: readonly Pod[];
  readonly nowMs: number;
  /** Why creating or deleting failed. */
  readonly failure: Error | undefined;
}

/** The status that describes what is seen. */
export function replicaStatus(
  { replicas, minReadySeconds, template }: Wanted,
  previous: readonly ReplicaCondition[] | undefined,
  { active, nowMs, failure }: Seen,
): ReplicaStatus {
  const matchLabels = template?.metadata.labels ?? {};
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => matchesLabels({ matchLabels }, pod.metadata.labels)).length,
    readyReplicas: active.filter(isPodReady).length,
    availableReplicas: active.filter((pod) => isPodAvailable(pod, minReadySeconds, nowMs)).length,
    conditions: conditionsAfter(previous ?? [], active.length - replicas, failure, nowMs),
  };
}

const FAILURE = 'ReplicaFailure';

/** A failure is told once and stays until it is over. */
function conditionsAfter(
  previous: readonly ReplicaCondition[],
  surplus: number,
  failure: Error | undefined,
  nowMs: number,
): readonly ReplicaCondition[] | undefined {
  const others = previous.filter(({ type }) => type !== FAILURE);
  if (failure === undefined) return others.length > 0 ? others : undefined;
  if (others.length < previous.length) return previous;
  const reason = surplus < 0 ? 'FailedCreate' : surplus > 0 ? 'FailedDelete' : undefined;
  return [
    ...others,
    {
      type: FAILURE,
      status: 'True',
      lastTransitionTime: printTime(nowMs),
      ...(reason === undefined ? {} : { reason }),
      message: failure.message,
    },
  ];
}

/** When the next ready Pod becomes available; undefined when no status depends on time. */
export function nextAvailabilityMs(
  { minReadySeconds }: Wanted,
  { readyReplicas = 0, availableReplicas = 0 }: ReplicaStatus,
  active: readonly Pod[],
  nowMs: number,
): number | undefined {
  if (minReadySeconds <= 0 || readyReplicas === availableReplicas) return undefined;
  const waits = active.map((pod) => availableInMs(pod, minReadySeconds, nowMs) ?? 0).filter((waitMs) => waitMs > 0);
  return waits.length > 0 ? Math.min(...waits) : minReadySeconds * 1000;
}
