// How long a Job waits before it replaces Pods that failed: ten seconds, doubled with each failure, ten minutes at most.

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { ContainerStatus } from '../../../api/core/v1/pod-status.ts';
import { podCondition } from '../../../api/core/v1/pod-conditions.ts';
import { parseTime } from '../../../machinery/timestamp.ts';

const INITIAL_MS = 10_000;
const MAX_MS = 600_000;

/** Failures in a row, and when the latest was. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailureMs: number;
}

export const NO_FAILURES: BackoffRecord = { failures: 0, lastFailureMs: 0 };

/** The record after these Pods ended: a success forgets the failures before it. */
export function recordEnds(record: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  const failures = failed.map(finishedAtMs);
  if (succeeded.length === 0) {
    if (failed.length === 0) return record;
    return { failures: record.failures + failed.length, lastFailureMs: Math.max(...failures) };
  }
  const lastSuccessMs = Math.max(...succeeded.map(finishedAtMs));
  const later = failures.filter((atMs) => atMs > lastSuccessMs);
  return later.length === 0 ? NO_FAILURES : { failures: later.length, lastFailureMs: Math.max(...later) };
}

/** How much of the delay is left. */
export function remainingMs({ failures, lastFailureMs }: BackoffRecord, nowMs: number): number {
  if (failures === 0) return 0;
  const delayMs = Math.min(MAX_MS, INITIAL_MS * 2 ** Math.min(failures - 1, 20));
  return Math.max(0, delayMs - (nowMs - lastFailureMs));
}

/** When the Pod ended: as its containers say, else its conditions, its deletion, its creation. */
export function finishedAtMs(pod: Pod): number {
  const { metadata, status } = pod;
  const ready = podCondition(pod, 'Ready');
  const graceMs = Number(metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return (
    containersFinishedAtMs(pod, status.containerStatuses ?? []) ??
    (ready?.status === 'False' ? parseTime(ready.lastTransitionTime ?? '') : undefined) ??
    (metadata.deletionTimestamp === undefined ? undefined : (parseTime(metadata.deletionTimestamp) ?? 0) - graceMs) ??
    parseTime(metadata.creationTimestamp ?? '') ??
    0
  );
}

/** Undefined unless all of them, sidecars included, have ended. */
function containersFinishedAtMs({ spec, status }: Pod, regular: readonly ContainerStatus[]): number | undefined {
  const sidecars = new Set((spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const all = [...regular, ...(status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))];
  const times = all.map(({ state }) => parseTime(state.terminated?.finishedAt ?? ''));
  return times.length === 0 || times.includes(undefined) ? undefined : Math.max(...times.map((time) => time ?? 0));
}
