// Label selectors as objects carry them.

import { list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const labelSelectorRequirement = struct('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  operator: string({ presence: 'always', pb: 2, required: 'published' }),
  values: list(string(), { pb: 3, listType: 'atomic' }),
});
export interface LabelSelectorRequirement extends Infer<typeof labelSelectorRequirement> {}

export const labelSelector = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  {
    matchLabels: map(string(), { pb: 1 }),
    matchExpressions: list(labelSelectorRequirement, { pb: 2, listType: 'atomic' }),
  },
  { structType: 'atomic' },
);
export interface LabelSelector extends Infer<typeof labelSelector> {}
