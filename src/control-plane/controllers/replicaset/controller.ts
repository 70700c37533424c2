// ReplicaSet: keeps exactly spec.replicas live Pods owned by each ReplicaSet.

import { replicaSet } from '../../../api/apps/v1/replica-set.ts';
import { keepReplicas } from '../../../runtime/workload/replicas-controller.ts';
import { labelSelectorOf, NOTHING } from '../../../machinery/selectors/label-selector.ts';
import { applicationPods, withReplicaSetStatus } from './plan.ts';

export const replicaSetController = keepReplicas({
  name: 'replicaset-controller',
  kind: replicaSet,
  wanted: ({ spec }) => ({ replicas: spec.replicas ?? 1, minReadySeconds: spec.minReadySeconds ?? 0, template: spec.template }),
  selector({ spec }) {
    const selector = labelSelectorOf(spec.selector);
    return selector.ok ? selector.value : NOTHING;
  },
  conditions: ({ status }) => status.conditions,
  withStatus: withReplicaSetStatus,
  related: applicationPods,
});
