// LimitRange: bounds and defaults for resources in a namespace.

import { defineKind } from '../../../machinery/kind.ts';
import { field, list, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const limitRangeItem = struct('io.k8s.api.core.v1.LimitRangeItem', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  max: map(quantity(), { pb: 2 }),
  min: map(quantity(), { pb: 3 }),
  default: map(quantity(), { pb: 4 }),
  defaultRequest: map(quantity(), { pb: 5 }),
  maxLimitRequestRatio: map(quantity(), { pb: 6 }),
});
export interface LimitRangeItem extends Infer<typeof limitRangeItem> {}

export const limitRangeSpec = struct('io.k8s.api.core.v1.LimitRangeSpec', {
  limits: list(limitRangeItem, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
});
export interface LimitRangeSpec extends Infer<typeof limitRangeSpec> {}

export const limitRange = defineKind({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.LimitRange',
  fields: {
    spec: field(limitRangeSpec, { presence: 'always', pb: 2 }),
  },
});
export interface LimitRange extends Infer<typeof limitRange> {}
