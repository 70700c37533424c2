// How a Deployment is written. Annotations count as its specification: they are copied to its ReplicaSets.

import { deployment } from '../../../../api/apps/v1/deployment.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import { nameWarnings } from '../name-warning.ts';
import { resource, scale, statusOnly } from '../resource.ts';

export const deploymentStrategy = resource(deployment, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  prepareForUpdate({ metadata }, old) {
    if (!semanticEqual(metadata.annotations ?? {}, old.metadata.annotations ?? {}))
      metadata.generation = Number(old.metadata.generation ?? 0) + 1;
  },
  warnings: (next, old) => nameWarnings(next, old),
  subresources: {
    status: statusOnly({ keeps: ['labels'] }),
    scale: scale({ replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' }),
  },
});
