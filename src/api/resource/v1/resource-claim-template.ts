// ResourceClaimTemplate: a claim to be made for each Pod.

import { validateClaimSpec } from './resource-claim-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { objectMeta } from '../../../machinery/object-meta.ts';
import { resourceClaimSpec } from './resource-claim.ts';
import { field, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const resourceClaimTemplateSpec = struct('io.k8s.api.resource.v1.ResourceClaimTemplateSpec', {
  metadata: field(objectMeta, { presence: 'always', pb: 1 }),
  spec: field(resourceClaimSpec, { presence: 'always', pb: 2, required: 'published' }),
});
export interface ResourceClaimTemplateSpec extends Infer<typeof resourceClaimTemplateSpec> {}

export const resourceClaimTemplate = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  scope: 'Namespaced',
  name: 'io.k8s.api.resource.v1.ResourceClaimTemplate',
  fields: {
    spec: field(resourceClaimTemplateSpec, { presence: 'always', pb: 2, required: 'published' }),
  },
  check: (next, old, at) => [...validateClaimSpec(next.spec.spec, old?.spec.spec, at.child('spec', 'spec'))],
  columns: [nameColumn, ageColumn],
});
export interface ResourceClaimTemplate extends Infer<typeof resourceClaimTemplate> {}
