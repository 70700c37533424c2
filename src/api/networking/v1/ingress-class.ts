// IngressClass: who serves an Ingress.

import { defineKind } from '../../../machinery/kind.ts';
import { field, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const ingressClassParametersReference = struct('io.k8s.api.networking.v1.IngressClassParametersReference', {
  apiGroup: string({ presence: 'pointer' }),
  kind: string({ presence: 'always', pb: 2, required: 'published' }),
  name: string({ presence: 'always', pb: 3, required: 'published' }),
  scope: string({ presence: 'pointer', pb: 4 }),
  namespace: string({ presence: 'pointer', pb: 5 }),
});
export interface IngressClassParametersReference extends Infer<typeof ingressClassParametersReference> {}

export const ingressClassSpec = struct('io.k8s.api.networking.v1.IngressClassSpec', {
  controller: string({ pb: 1 }),
  parameters: field(ingressClassParametersReference, { presence: 'pointer', pb: 2 }),
});
export interface IngressClassSpec extends Infer<typeof ingressClassSpec> {}

export const ingressClass = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  scope: 'Cluster',
  name: 'io.k8s.api.networking.v1.IngressClass',
  fields: {
    spec: field(ingressClassSpec, { presence: 'always', pb: 2 }),
  },
});
export interface IngressClass extends Infer<typeof ingressClass> {}
