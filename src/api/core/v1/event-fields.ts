// What an Event of the core group holds.

import type { KubeObject } from '../../../machinery/kind.ts';
import { objectReference } from './references.ts';
import { field, int32, microTime, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer, InferFields } from '../../../machinery/schema.ts';

export const eventSource = struct('io.k8s.api.core.v1.EventSource', {
  component: string({ pb: 1 }),
  host: string({ pb: 2 }),
});
export interface EventSource extends Infer<typeof eventSource> {}

export const eventSeries = struct('io.k8s.api.core.v1.EventSeries', {
  count: int32({ pb: 1 }),
  lastObservedTime: microTime({ presence: 'always', pb: 2 }),
});
export interface EventSeries extends Infer<typeof eventSeries> {}

export const eventFields = {
  involvedObject: field(objectReference, { presence: 'always', pb: 2, required: 'published' }),
  reason: string({ pb: 3 }),
  message: string({ pb: 4 }),
  source: field(eventSource, { presence: 'always', pb: 5 }),
  firstTimestamp: time({ presence: 'always', pb: 6 }),
  lastTimestamp: time({ presence: 'always', pb: 7 }),
  count: int32({ pb: 8 }),
  type: string({ pb: 9 }),
  eventTime: microTime({ presence: 'always', pb: 10 }),
  series: field(eventSeries, { presence: 'pointer', pb: 11 }),
  action: string({ pb: 12 }),
  related: field(objectReference, { presence: 'pointer', pb: 13 }),
  reportingComponent: string({ presence: 'always', pb: 14 }),
  reportingInstance: string({ presence: 'always', pb: 15 }),
} as const;
export interface EventObject extends KubeObject, InferFields<typeof eventFields> {}
