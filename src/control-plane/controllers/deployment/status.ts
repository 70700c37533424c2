// The status of a Deployment: figures summed over its ReplicaSets, and how its rollout goes.

import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../../api/apps/v1/deployment.ts';
import { parseTime, printTime } from '../../../machinery/timestamp.ts';
import { findCondition, progressing, withCondition, withoutCondition } from './conditions.ts';
import { desiredReplicas, maxUnavailable, progressDeadlineMs } from './figures.ts';
import { allOf, availableOf, sizeOf } from './members.ts';
import type { Member, Members } from './members.ts';

/** Figures and availability. `deployment.status` is what the plan has of it so far. */
export function summarise(deployment: Deployment, members: Members, nowMs: number): DeploymentStatus {
  const all = allOf(members);
  const availableReplicas = availableOf(all);
  const sum = (count: (member: Member) => number | undefined): number => all.reduce((total, member) => total + (count(member) ?? 0), 0);
  const at = printTime(nowMs);
  const isAvailable = availableReplicas >= desiredReplicas(deployment) - maxUnavailable(deployment);
  const available: DeploymentCondition = {
    type: 'Available',
    status: isAvailable ? 'True' : 'False',
    lastUpdateTime: at,
    lastTransitionTime: at,
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: isAvailable ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  };
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(({ set }) => set.status.replicas),
    updatedReplicas: members.current?.set.status.replicas ?? 0,
    readyReplicas: sum(({ set }) => set.status.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, sizeOf(all) - availableReplicas),
    terminatingReplicas: terminatingOf(all),
    conditions: withCondition(deployment.status.conditions ?? [], available),
    collisionCount: deployment.status.collisionCount,
  };
}

/** Undefined as long as a ReplicaSet that was observed has not told its number. */
function terminatingOf(members: readonly Member[]): number | undefined {
  let total = 0;
  for (const { status } of members.map(({ set }) => set)) {
    if (status.terminatingReplicas === undefined && Number(status.observedGeneration ?? 0) !== 0) return undefined;
    total += status.terminatingReplicas ?? 0;
  }
  return total;
}

/** Whether the rollout is over: everything is updated and available, nothing old is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    Number(status.observedGeneration ?? 0) >= Number(deployment.metadata.generation ?? 0)
  );
}

/** The summary with how the rollout goes, and which failures there are. */
export function rolloutStatus(deployment: Deployment, members: Members, nowMs: number): DeploymentStatus {
  const summary = summarise(deployment, members, nowMs);
  let conditions =
    progressDeadlineMs(deployment) === undefined
      ? withoutCondition(summary.conditions ?? [], 'Progressing')
      : withProgress(deployment, summary, members, nowMs);
  const failure = replicaFailure(members);
  conditions = failure === undefined ? withoutCondition(conditions, 'ReplicaFailure') : withCondition(conditions, failure);
  return { ...summary, conditions };
}

function withProgress(
  deployment: Deployment,
  summary: DeploymentStatus,
  { current }: Members,
  nowMs: number,
): readonly DeploymentCondition[] {
  const conditions = summary.conditions ?? [];
  const present = findCondition(deployment.status.conditions ?? [], 'Progressing');
  // Once told, completion stays told until a new template comes.
  if (summary.replicas === summary.updatedReplicas && present?.reason === 'NewReplicaSetAvailable') return conditions;
  const subject =
    current === undefined
      ? `Deployment ${JSON.stringify(deployment.metadata.name)}`
      : `ReplicaSet ${JSON.stringify(current.set.metadata.name)}`;
  const at = printTime(nowMs);
  if (isComplete(deployment, summary))
    return withCondition(conditions, progressing('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`, at));
  if (hasProgressed(deployment.status, summary)) {
    const next = progressing('True', 'ReplicaSetUpdated', `${subject} is progressing.`, at);
    const lastTransitionTime = present?.status === 'True' ? present.lastTransitionTime : at;
    return [...withoutCondition(conditions, 'Progressing'), { ...next, lastTransitionTime }];
  }
  if (!isLate(deployment, present, nowMs)) return conditions;
  return withCondition(conditions, progressing('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`, at));
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isLate(deployment: Deployment, present: DeploymentCondition | undefined, nowMs: number): boolean {
  const deadlineMs = progressDeadlineMs(deployment);
  if (deadlineMs === undefined || present === undefined || present.reason === 'NewReplicaSetAvailable') return false;
  if (present.reason === 'ProgressDeadlineExceeded') return true;
  return (parseTime(present.lastUpdateTime) ?? nowMs) + deadlineMs < nowMs;
}

function replicaFailure(members: Members): DeploymentCondition | undefined {
  const inOrder = [...(members.current === undefined ? [] : [members.current]), ...members.old];
  const failure = inOrder.flatMap(({ set }) => set.status.conditions ?? []).find(({ type }) => type === 'ReplicaFailure');
  return failure === undefined ? undefined : { ...failure, lastUpdateTime: failure.lastTransitionTime };
}

/** How long until a rollout that stands still would be late; undefined when it cannot be. */
export function untilLateMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const deadlineMs = progressDeadlineMs(deployment);
  const present = findCondition(status.conditions ?? [], 'Progressing');
  if (deadlineMs === undefined || present === undefined || present.reason === 'ProgressDeadlineExceeded' || isComplete(deployment, status))
    return undefined;
  // Times are written in whole seconds: one more makes sure that the deadline has passed.
  return Math.max(0, (parseTime(present.lastUpdateTime) ?? nowMs) + deadlineMs - nowMs) + 1000;
}
