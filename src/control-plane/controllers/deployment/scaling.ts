// What a Deployment's ReplicaSets become when its size changes or its rollout goes on. Each function changes members in place.

import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import { lookup } from '../../../machinery/schema.ts';
import { byCreation, desiredReplicas, isRolling, maxSurge, maxUnavailable } from './figures.ts';
import { allOf, availableOf, isActive, resize, sizeOf } from './members.ts';
import type { Member, Members } from './members.ts';
import { REPLICAS_ANNOTATIONS } from './revision.ts';

/** Whether some ReplicaSet was last scaled for another size of the Deployment. */
export function isScaling(deployment: Deployment, members: Members): boolean {
  return allOf(members).some((member) => {
    const desired = annotatedCount(member, REPLICAS_ANNOTATIONS.desired);
    return isActive(member) && desired !== undefined && desired !== desiredReplicas(deployment);
  });
}

function annotatedCount({ annotations }: Member, name: string): number | undefined {
  const text = lookup(annotations, name) ?? '';
  return /^[0-9]+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

/** Brings the ReplicaSets to the Deployment's size without going on with a rollout: in proportion while several have Pods. */
export function scaleInProportion(deployment: Deployment, members: Members): void {
  const desired = desiredReplicas(deployment);
  const only = onlyActiveOrLatest(members);
  if (only !== undefined) {
    resize(only, desired, deployment);
    return;
  }
  if (isSaturated(deployment, members.current)) {
    for (const member of members.old.filter(isActive)) resize(member, 0, deployment);
    return;
  }
  if (!isRolling(deployment)) return;
  const active = allOf(members).filter(isActive);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  spread(deployment, active, allowed - sizeOf(active));
}

/** The one ReplicaSet with Pods, or where none has any the latest; undefined where several have. */
function onlyActiveOrLatest({ current, old }: Members): Member | undefined {
  const active = allOf({ current, old }).filter(isActive);
  if (active.length > 1) return undefined;
  return active[0] ?? current ?? old.toSorted((a, b) => byCreation(b.set, a.set))[0];
}

function isSaturated(deployment: Deployment, current: Member | undefined): boolean {
  if (current === undefined) return false;
  const desired = desiredReplicas(deployment);
  const annotated = annotatedCount(current, REPLICAS_ANNOTATIONS.desired);
  return current.replicas === desired && annotated === desired && (current.set.status.availableReplicas ?? 0) === desired;
}

/** The largest go first; of equals the newer when Pods are added, the elder when they are taken. */
function spread(deployment: Deployment, active: readonly Member[], toAdd: number): void {
  const newerFirst = toAdd > 0 ? -1 : 1;
  const sorted = toAdd === 0 ? active : active.toSorted((a, b) => b.replicas - a.replicas || newerFirst * byCreation(a.set, b.set));
  let added = 0;
  const sizes = sorted.map((member) => {
    const share = proportion(member, deployment, toAdd, added);
    added += share;
    return member.replicas + share;
  });
  sorted.forEach((member, position) => {
    const size = sizes[position] ?? 0;
    // Rounding leaves a rest: the largest takes it.
    resize(member, position === 0 && toAdd !== 0 ? Math.max(0, size + toAdd - added) : size, deployment, true);
  });
}

function proportion(member: Member, deployment: Deployment, toAdd: number, added: number): number {
  if (member.replicas === 0 || toAdd === 0 || toAdd === added) return 0;
  const share = fraction(member, deployment);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

function fraction(member: Member, deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (desired === 0) return -member.replicas;
  const before = annotatedCount(member, REPLICAS_ANNOTATIONS.max) || (deployment.status.replicas ?? 0);
  if (before === 0) return 0;
  const size = (member.replicas * (desired + maxSurge(deployment))) / before;
  return Math.floor(size + 0.5) - member.replicas;
}

/** The size to which the current ReplicaSet may grow now. */
export function currentSize(deployment: Deployment, members: readonly Member[], current: Member): number {
  const desired = desiredReplicas(deployment);
  if (!isRolling(deployment)) return desired;
  const room = desired + maxSurge(deployment) - sizeOf(members);
  return room <= 0 ? current.replicas : current.replicas + Math.min(room, desired - current.replicas);
}

/** Grows or shrinks the current ReplicaSet; says whether it changed. */
export function rollForward(deployment: Deployment, members: Members, current: Member): boolean {
  const desired = desiredReplicas(deployment);
  if (current.replicas === desired) return false;
  return resize(current, current.replicas > desired ? desired : currentSize(deployment, allOf(members), current), deployment);
}

/** Shrinks old ReplicaSets as far as enough Pods stay available: first by Pods that do not serve anyway. */
export function retireOld(deployment: Deployment, members: Members, current: Member): void {
  const old = members.old.filter(isActive).toSorted((a, b) => byCreation(a.set, b.set));
  const minAvailable = desiredReplicas(deployment) - maxUnavailable(deployment);
  const currentUnavailable = current.replicas - (current.set.status.availableReplicas ?? 0);
  let unhealthy = sizeOf([...old, current]) - minAvailable - currentUnavailable;
  if (old.length === 0 || unhealthy <= 0) return;
  for (const member of old) {
    const missing = Math.min(unhealthy, member.replicas - (member.set.status.availableReplicas ?? 0));
    if (missing <= 0) continue;
    resize(member, member.replicas - missing, deployment);
    unhealthy -= missing;
  }
  let spare = availableOf([...old, current]) - minAvailable;
  for (const member of old) {
    const fewer = Math.min(spare, member.replicas);
    if (fewer <= 0) continue;
    resize(member, member.replicas - fewer, deployment);
    spare -= fewer;
  }
}
