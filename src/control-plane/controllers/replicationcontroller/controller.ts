// ReplicationController: keeps exactly spec.replicas live Pods owned by each ReplicationController.

import { replicationController } from '../../../api/core/v1/replication-controller.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { labelSelectorFromMap, NOTHING } from '../../../machinery/selectors/label-selector.ts';
import { keepReplicas } from '../../../runtime/workload/replicas-controller.ts';
import { withReplicationControllerStatus } from './plan.ts';

export const replicationControllerController = keepReplicas({
  name: 'replication-controller',
  kind: replicationController,
  wanted: ({ spec }) => ({ replicas: spec.replicas ?? 1, minReadySeconds: spec.minReadySeconds ?? 0, template: spec.template }),
  selector: ({ spec }) => (spec.selector === undefined ? NOTHING : labelSelectorFromMap(spec.selector)),
  conditions: ({ status }) => status.conditions,
  withStatus: withReplicationControllerStatus,
  related: (object, informers) => informers.ownedBy(pod, object.metadata.uid ?? ''),
});
