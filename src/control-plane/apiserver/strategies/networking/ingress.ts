// How an Ingress is written: what is reset, kept and counted.

import { ingress } from '../../../../api/networking/v1/ingress.ts';
import { resource, statusOnly } from '../resource.ts';

export const ingressStrategy = resource(ingress, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  subresources: { status: statusOnly() },
});
