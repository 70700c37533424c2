// How a ReplicaSet is written: what is reset, kept and counted.

import { replicaSet } from '../../../../api/apps/v1/replica-set.ts';
import { nameWarnings } from '../name-warning.ts';
import { resource, scale, statusOnly } from '../resource.ts';

export const replicaSetStrategy = resource(replicaSet, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  warnings: (next, old) => nameWarnings(next, old),
  subresources: {
    status: statusOnly(),
    scale: scale({ replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' }),
  },
});
