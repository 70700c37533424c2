// PodTemplate: a Pod to be made, kept as an object.

import { defineKind } from '../../../machinery/kind.ts';
import { podTemplateSpec } from './pod-spec.ts';
import { field } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const podTemplate = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PodTemplate',
  fields: {
    template: field(podTemplateSpec, { presence: 'always', pb: 2 }),
  },
});
export interface PodTemplate extends Infer<typeof podTemplate> {}
