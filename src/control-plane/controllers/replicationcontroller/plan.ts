// What is particular to ReplicationControllers: the fields of their status.

import type { ReplicationController } from '../../../api/core/v1/replication-controller.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import type { ReplicaStatus } from '../../../runtime/workload/replicas-plan.ts';

/** The ReplicationController with this status; undefined where nothing would change. */
export function withReplicationControllerStatus(object: ReplicationController, next: ReplicaStatus): ReplicationController | undefined {
  const { fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0, replicas, conditions } = next;
  const { status, metadata } = object;
  const settled =
    metadata.generation === status.observedGeneration &&
    replicas === status.replicas &&
    fullyLabeledReplicas === (status.fullyLabeledReplicas ?? 0) &&
    readyReplicas === (status.readyReplicas ?? 0) &&
    availableReplicas === (status.availableReplicas ?? 0) &&
    semanticEqual(conditions, status.conditions);
  return settled ? undefined : { ...object, status: { ...status, ...next, observedGeneration: metadata.generation } };
}
