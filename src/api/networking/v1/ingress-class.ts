// IngressClass: who serves an Ingress.

import { validateIngressClassSpec } from './ingress-class-validation.ts';
import { lookup } from '../../../machinery/schema.ts';
import { ageColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const ingressClassParametersReference = struct(
  'io.k8s.api.networking.v1.IngressClassParametersReference',
  {
    apiGroup: string({ presence: 'pointer', pb: 1 }),
    kind: string({ presence: 'always', pb: 2, required: 'published' }),
    name: string({ presence: 'always', pb: 3, required: 'published' }),
    scope: string({ presence: 'pointer', pb: 4 }),
    namespace: string({ presence: 'pointer', pb: 5 }),
  },
  {
    defaults(self) {
      self.scope ??= 'Cluster';
    },
  },
);
export interface IngressClassParametersReference extends Infer<typeof ingressClassParametersReference> {}

export const ingressClassSpec = struct('io.k8s.api.networking.v1.IngressClassSpec', {
  controller: string({ pb: 1 }),
  parameters: field(ingressClassParametersReference, { presence: 'pointer', pb: 2 }),
});
export interface IngressClassSpec extends Infer<typeof ingressClassSpec> {}

const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

function parametersCell(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return '<none>';
  const { kind, apiGroup, name } = parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

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
  check: (next, old, at) => [...validateIngressClassSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      value: ({ metadata }) => `${metadata.name ?? ''}${lookup(metadata.annotations, DEFAULT_ANNOTATION) === 'true' ? ' (default)' : ''}`,
    },
    { name: 'Controller', type: 'string', value: ({ spec }) => spec.controller ?? '' },
    { name: 'Parameters', type: 'string', value: ({ spec }) => parametersCell(spec.parameters) },
    ageColumn,
  ],
});
export interface IngressClass extends Infer<typeof ingressClass> {}
