// What a Deployment needs now: which ReplicaSet to make, to resize, to delete, and the status that follows.
//
// D1. One step at a time: first the current ReplicaSet grows, then old ones shrink, and each step waits for the status of the last.
// D2. While paused, or when the size changes, the rollout does not go on; sizes change in proportion.

import type { Deployment, DeploymentStatus } from '../../../api/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodTerminal } from '../../../api/core/v1/pod-phase.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { controllerOf } from '../../../runtime/workload/ownership.ts';
import { findCondition, progressing, withCondition } from './conditions.ts';
import { byCreation, desiredReplicas, historyLimit, isRolling, progressDeadlineMs } from './figures.ts';
import { allOf, isActive, membersOf, resize } from './members.ts';
import type { Member, Members } from './members.ts';
import { newMember } from './new-replica-set.ts';
import { currentAnnotations, nextRevision, REVISION_ANNOTATION, revisionOf } from './revision.ts';
import { currentSize, isScaling, retireOld, rollForward, scaleInProportion } from './scaling.ts';
import { isComplete, rolloutStatus, summarise, untilLateMs } from './status.ts';

/** A ReplicaSet to write, and what to say about it. */
export interface SetChange {
  readonly set: ReplicaSet;
  readonly event: string | undefined;
}

export interface DeploymentPlan {
  readonly create: SetChange | undefined;
  readonly update: readonly SetChange[];
  readonly remove: readonly ReplicaSet[];
  /** The Deployment with its next status and revision; undefined where that changes nothing. */
  readonly next: Deployment | undefined;
  /** When to look again at a rollout that stands still. */
  readonly againInMs: number | undefined;
}

export interface DeploymentView {
  readonly deployment: Deployment;
  /** The ReplicaSets that it controls. */
  readonly sets: readonly ReplicaSet[];
  /** The Pods of those ReplicaSets. */
  readonly pods: readonly Pod[];
  readonly nowMs: number;
}

/** Carries a draft of the Deployment's status along while the plan is made. */
interface Draft {
  deployment: Deployment;
  readonly members: Members;
  remove: readonly ReplicaSet[];
  created: Member | undefined;
}

/** Makes the plan; pure. */
export function plan(view: DeploymentView): DeploymentPlan {
  const { deployment, nowMs } = view;
  const draft: Draft = { deployment, members: membersOf(deployment, view.sets), remove: [], created: undefined };
  if (deployment.metadata.deletionTimestamp !== undefined) {
    adoptRevision(draft, nowMs);
    return finish(view, draft, summarise(draft.deployment, draft.members, nowMs));
  }
  notePause(draft, nowMs);
  adoptRevision(draft, nowMs);
  if (deployment.spec.paused === true || isScaling(deployment, draft.members)) {
    scaleInProportion(draft.deployment, draft.members);
    if (deployment.spec.paused === true) draft.remove = beyondHistory(deployment, draft.members.old);
    return finish(view, draft, summarise(draft.deployment, draft.members, nowMs));
  }
  if (isRolling(deployment)) roll(draft, nowMs);
  else recreate(draft, view);
  return finish(view, draft, rolloutStatus(draft.deployment, draft.members, nowMs));
}

function setStatus(draft: Draft, status: Partial<DeploymentStatus>): void {
  draft.deployment = { ...draft.deployment, status: { ...draft.deployment.status, ...status } };
}

const conditionsOf = ({ status }: Deployment): NonNullable<DeploymentStatus['conditions']> => status.conditions ?? [];

/** Pausing and resuming stop the progress deadline's clock. */
function notePause(draft: Draft, nowMs: number): void {
  const { deployment } = draft;
  if (progressDeadlineMs(deployment) === undefined) return;
  const present = findCondition(conditionsOf(deployment), 'Progressing');
  if (present?.reason === 'ProgressDeadlineExceeded') return;
  const wasPaused = present?.reason === 'DeploymentPaused';
  const isPaused = deployment.spec.paused === true;
  if (wasPaused === isPaused) return;
  const next = isPaused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', printTime(nowMs))
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed', printTime(nowMs));
  setStatus(draft, { conditions: withCondition(conditionsOf(deployment), next) });
}

/** Brings the current ReplicaSet's annotations, and the Deployment's revision, up to date. */
function adoptRevision(draft: Draft, nowMs: number): void {
  const { deployment, members } = draft;
  const { current, old } = members;
  if (current === undefined) return;
  current.annotations = currentAnnotations(deployment, current.annotations, nextRevision(old));
  current.minReadySeconds = deployment.spec.minReadySeconds;
  setRevision(draft, current.annotations[REVISION_ANNOTATION] ?? '');
  if (progressDeadlineMs(deployment) === undefined || findCondition(conditionsOf(deployment), 'Progressing') !== undefined) return;
  const found = progressing(
    'True',
    'FoundNewReplicaSet',
    `Found new replica set ${JSON.stringify(current.set.metadata.name)}`,
    printTime(nowMs),
  );
  setStatus(draft, { conditions: withCondition(conditionsOf(deployment), found) });
}

function setRevision(draft: Draft, revision: string): void {
  const { deployment } = draft;
  const { metadata } = deployment;
  if (metadata.annotations?.[REVISION_ANNOTATION] === revision) return;
  draft.deployment = {
    ...deployment,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION_ANNOTATION]: revision } },
  };
}

/** The current member, made where there is none. */
function ensureCurrent(draft: Draft, nowMs: number): Member {
  const { deployment, members } = draft;
  if (members.current !== undefined) return members.current;
  const revision = nextRevision(members.old);
  const member = newMember(deployment, revision);
  member.replicas = currentSize(deployment, members.old, member);
  members.current = member;
  draft.created = member;
  setRevision(draft, String(revision));
  if (progressDeadlineMs(deployment) !== undefined) {
    const made = progressing(
      'True',
      'NewReplicaSetCreated',
      `Created new replica set ${JSON.stringify(member.set.metadata.name)}`,
      printTime(nowMs),
    );
    setStatus(draft, { conditions: withCondition(conditionsOf(deployment), made) });
  }
  return member;
}

function roll(draft: Draft, nowMs: number): void {
  const current = ensureCurrent(draft, nowMs);
  const { deployment, members } = draft;
  if (rollForward(deployment, members, current)) return;
  const before = members.old.map(({ replicas }) => replicas);
  retireOld(deployment, members, current);
  if (members.old.some(({ replicas }, position) => replicas !== before[position])) return;
  if (isComplete(deployment, deployment.status)) draft.remove = beyondHistory(deployment, members.old);
}

/** Everything old ends before anything new starts. */
function recreate(draft: Draft, { pods, nowMs }: DeploymentView): void {
  const { deployment, members } = draft;
  const active = members.old.filter(isActive);
  for (const member of active) resize(member, 0, deployment);
  if (active.length > 0 || hasOldPods(members, pods)) return;
  const current = ensureCurrent(draft, nowMs);
  resize(current, desiredReplicas(deployment), deployment);
  if (isComplete(deployment, deployment.status)) draft.remove = beyondHistory(deployment, members.old);
}

function hasOldPods({ current, old }: Members, pods: readonly Pod[]): boolean {
  if (old.some(({ set }) => set.status.replicas > 0)) return true;
  return pods.some((pod) => controllerOf(pod)?.uid !== current?.set.metadata.uid && !isPodTerminal(pod));
}

/** Old ReplicaSets without Pods that the history has no room for, the eldest revisions first. */
function beyondHistory(deployment: Deployment, old: readonly Member[]): readonly ReplicaSet[] {
  const limit = historyLimit(deployment);
  const alive = old.filter(({ set }) => set.metadata.deletionTimestamp === undefined);
  if (limit === undefined || alive.length <= limit) return [];
  const sorted = alive.map(({ set }) => set).sort(byRevision);
  return sorted.slice(0, alive.length - limit).filter(({ spec, status, metadata }) => {
    return status.replicas === 0 && spec.replicas === 0 && Number(metadata.generation ?? 0) <= Number(status.observedGeneration ?? 0);
  });
}

function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [revisionOf(a.metadata.annotations), revisionOf(b.metadata.annotations)];
  return left === undefined || right === undefined || left === right ? byCreation(a, b) : left < right ? -1 : 1;
}

function finish({ deployment, nowMs }: DeploymentView, draft: Draft, status: DeploymentStatus): DeploymentPlan {
  const { created } = draft;
  const next = { ...draft.deployment, status };
  const changed = !sameStatus(status, deployment.status) || draft.deployment.metadata !== deployment.metadata;
  return {
    create: created === undefined ? undefined : changeOf(created),
    update: allOf(draft.members)
      .filter((member) => member !== created && isChanged(member))
      .map(changeOf),
    remove: draft.remove,
    next: changed ? next : undefined,
    againInMs: untilLateMs(deployment, status, nowMs),
  };
}

function sameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  const figures = [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
  ] as const;
  return (
    figures.every((name) => Number(a[name] ?? 0) === Number(b[name] ?? 0)) &&
    a.terminatingReplicas === b.terminatingReplicas &&
    a.collisionCount === b.collisionCount &&
    semanticEqual(a.conditions, b.conditions)
  );
}

function isChanged({ set, replicas, annotations, minReadySeconds }: Member): boolean {
  return (
    set.spec.replicas !== replicas ||
    (set.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0) ||
    !semanticEqual(set.metadata.annotations ?? {}, annotations)
  );
}

function changeOf({ set, replicas, annotations, minReadySeconds }: Member): SetChange {
  const from = set.spec.replicas ?? 0;
  const direction = replicas > from ? 'up' : 'down';
  return {
    set: { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas, minReadySeconds } },
    event: replicas === from ? undefined : `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${replicas}`,
  };
}
