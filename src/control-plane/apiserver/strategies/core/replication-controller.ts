// How a ReplicationController is written. Deleting one leaves its Pods unless the request says otherwise.

import { replicationController } from '../../../../api/core/v1/replication-controller.ts';
import { nameWarnings } from '../name-warning.ts';
import { resource, scale, statusOnly } from '../resource.ts';

export const replicationControllerStrategy = resource(replicationController, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  defaultPropagation: 'orphan',
  warnings: (next, old) => nameWarnings(next, old),
  subresources: {
    status: statusOnly(),
    scale: scale({ replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' }),
  },
});
