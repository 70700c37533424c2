// The ReplicaSets of a Deployment while a plan is made: each with what the plan wants of it so far.

import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../../api/core/v1/pod-spec.ts';
import { POD_TEMPLATE_HASH_LABEL } from '../../../api/core/v1/pod-template-hash.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { byCreation, desiredReplicas, maxSurge } from './figures.ts';
import { REPLICAS_ANNOTATIONS } from './revision.ts';

/** A ReplicaSet (as the cache has it, or as it will be made) and its next figures. */
export interface Member {
  readonly set: ReplicaSet;
  replicas: number;
  annotations: Readonly<Record<string, string>>;
  minReadySeconds: number | undefined;
}

export const memberOf = (set: ReplicaSet): Member => ({
  set,
  replicas: set.spec.replicas ?? 1,
  annotations: set.metadata.annotations ?? {},
  minReadySeconds: set.spec.minReadySeconds,
});

/** The member whose template is the Deployment's, and all the others. */
export interface Members {
  current: Member | undefined;
  readonly old: readonly Member[];
}

/** Whether two templates are the same but for the label that tells ReplicaSets apart. */
export function equalIgnoringHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = Object.fromEntries(Object.entries(template.metadata.labels ?? {}).filter(([key]) => key !== POD_TEMPLATE_HASH_LABEL));
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Sorts ReplicaSets into the current one and old ones; of several with the same template the eldest is current. */
export function membersOf(deployment: Deployment, sets: readonly ReplicaSet[]): Members {
  const sorted = sets.toSorted(byCreation).map(memberOf);
  const current = sorted.find(({ set }) => equalIgnoringHash(set.spec.template, deployment.spec.template));
  return { current, old: sorted.filter((member) => member !== current) };
}

export const allOf = ({ current, old }: Members): readonly Member[] => (current === undefined ? old : [...old, current]);
export const isActive = ({ replicas }: Member): boolean => replicas > 0;
export const sizeOf = (members: readonly Member[]): number => members.reduce((sum, { replicas }) => sum + replicas, 0);
export const availableOf = (members: readonly Member[]): number =>
  members.reduce((sum, { set }) => sum + (set.status.availableReplicas ?? 0), 0);

/** Gives a member its size, and notes which size of the Deployment that was meant for. */
export function resize(member: Member, replicas: number, deployment: Deployment, force = false): boolean {
  const changes = member.replicas !== replicas;
  if (!changes && !force) return false;
  member.replicas = replicas;
  noteSize(member, deployment);
  return changes;
}

/** Notes the Deployment's size on the member. */
export function noteSize(member: Member, deployment: Deployment): void {
  const desired = desiredReplicas(deployment);
  member.annotations = {
    ...member.annotations,
    [REPLICAS_ANNOTATIONS.desired]: String(desired),
    [REPLICAS_ANNOTATIONS.max]: String(desired + maxSurge(deployment)),
  };
}
