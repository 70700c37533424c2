// What is particular to ReplicaSets: their status, and whose Pods count as neighbours.

import { replicaSet } from '../../../api/apps/v1/replica-set.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import type { Informers } from '../../../runtime/informers.ts';
import { controllerOf } from '../../../runtime/workload/ownership.ts';
import type { ReplicaStatus } from '../../../runtime/workload/replicas-plan.ts';

/** The ReplicaSet with this status; undefined where nothing would change. */
export function withReplicaSetStatus(object: ReplicaSet, next: ReplicaStatus, terminatingReplicas: number): ReplicaSet | undefined {
  const { fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0, replicas, conditions } = next;
  const { status, metadata } = object;
  const settled =
    metadata.generation === status.observedGeneration &&
    replicas === status.replicas &&
    fullyLabeledReplicas === (status.fullyLabeledReplicas ?? 0) &&
    readyReplicas === (status.readyReplicas ?? 0) &&
    availableReplicas === (status.availableReplicas ?? 0) &&
    terminatingReplicas === status.terminatingReplicas &&
    semanticEqual(conditions, status.conditions);
  if (settled) return undefined;
  return { ...object, status: { ...status, ...next, terminatingReplicas, observedGeneration: metadata.generation } };
}

/** The Pods of every ReplicaSet that has the same controller, as those of one Deployment have. */
export function applicationPods(object: ReplicaSet, informers: Informers): readonly Pod[] {
  const controller = controllerOf(object);
  const sets = controller === undefined ? [object] : informers.ownedBy(replicaSet, controller.uid);
  return sets.flatMap((set) => informers.ownedBy(pod, set.metadata.uid ?? ''));
}
