// PodTemplate: a Pod to be made, kept as an object.

import { validatePodTemplate } from './pod-template-validation.ts';
import { labelsCell, nameColumn } from './workload-cells.ts';
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
  check: (next, old, at) => [...validatePodTemplate(next.template, old?.template, at.child('template'))],
  columns: [
    nameColumn,
    { name: 'Containers', type: 'string', value: ({ template }) => template.spec.containers.map(({ name }) => name).join(',') },
    { name: 'Images', type: 'string', value: ({ template }) => template.spec.containers.map(({ image = '' }) => image).join(',') },
    { name: 'Pod Labels', type: 'string', value: ({ template }) => labelsCell(template.metadata.labels) },
  ],
});
export interface PodTemplate extends Infer<typeof podTemplate> {}
