// How a StatefulSet is written: what is reset, kept and counted.

import { statefulSet } from '../../../../api/apps/v1/stateful-set.ts';
import { resource, scale, statusOnly } from '../resource.ts';

export const statefulSetStrategy = resource(statefulSet, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  subresources: {
    status: statusOnly(),
    scale: scale({ replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' }),
  },
});
