// A Deployment's figures: how far it may go over and under its size, and how large its ReplicaSets are together.

import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import type { IntOrString } from '../../../machinery/schema.ts';
import { scaleIntOrPercent } from '../../../machinery/int-or-string.ts';

/** The limit that stands for no limit. */
const UNLIMITED = 2 ** 31 - 1;

export const desiredReplicas = ({ spec }: Deployment): number => spec.replicas ?? 1;
export const isRolling = ({ spec }: Deployment): boolean => spec.strategy.type === 'RollingUpdate';

/** A percentage that cannot be read was refused when the Deployment was written. */
const resolved = (value: IntOrString | undefined, total: number, roundUp: boolean): number => {
  const outcome = scaleIntOrPercent(value ?? 0, total, roundUp);
  return outcome.ok ? outcome.value : 0;
};

/** How many Pods there may be above the desired number. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? resolved(deployment.spec.strategy.rollingUpdate?.maxSurge, desiredReplicas(deployment), true) : 0;
}

/** How many Pods may be missing; one where neither this nor surge would let anything happen. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (!isRolling(deployment) || desired === 0) return 0;
  const unavailable = resolved(deployment.spec.strategy.rollingUpdate?.maxUnavailable, desired, false);
  return Math.min(desired, unavailable === 0 && maxSurge(deployment) === 0 ? 1 : unavailable);
}

/** How long a rollout may go without progress; undefined when it may stand still for ever. */
export function progressDeadlineMs({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds;
  return seconds === undefined || seconds === UNLIMITED ? undefined : seconds * 1000;
}

/** How many old ReplicaSets are kept; undefined for all. */
export function historyLimit({ spec }: Deployment): number | undefined {
  return spec.revisionHistoryLimit === UNLIMITED ? undefined : spec.revisionHistoryLimit;
}

/** By creation, the eldest first; the name decides between those of one second. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}
