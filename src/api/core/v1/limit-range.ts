// LimitRange: bounds and defaults for resources in a namespace.

import { validateLimits } from './limit-range-validation.ts';
import { roundUpToMilli } from './resource-requirements.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { sortedMap } from '../../../machinery/string-map.ts';
import { field, list, map, quantity, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const limitRangeItem = struct(
  'io.k8s.api.core.v1.LimitRangeItem',
  {
    type: string({ presence: 'always', pb: 1, required: 'published' }),
    max: map(quantity(), { pb: 2, defaults: roundUpToMilli }),
    min: map(quantity(), { pb: 3, defaults: roundUpToMilli }),
    default: map(quantity(), { pb: 4, defaults: roundUpToMilli }),
    defaultRequest: map(quantity(), { pb: 5, defaults: roundUpToMilli }),
    maxLimitRequestRatio: map(quantity(), { pb: 6, defaults: roundUpToMilli }),
  },
  {
    defaults(self) {
      if (self.type !== 'Container') return;
      const limits = { ...self.max, ...self.default };
      if (Object.keys(limits).length > 0) self.default = sortedMap(limits);
      const requests = { ...self.min, ...limits, ...self.defaultRequest };
      if (Object.keys(requests).length > 0) self.defaultRequest = sortedMap(requests);
    },
  },
);
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
  check: ({ spec }, _old, at) => [...validateLimits(spec.limits, at.child('spec', 'limits'))],
});
export interface LimitRange extends Infer<typeof limitRange> {}
