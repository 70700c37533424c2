// What an Event of events.k8s.io holds.

import { eventSource } from '../../core/v1/event-fields.ts';
import { objectReference } from '../../core/v1/references.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { field, int32, microTime, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer, InferFields } from '../../../machinery/schema.ts';

export const eventSeries = struct('io.k8s.api.events.v1.EventSeries', {
  count: int32({ presence: 'always', pb: 1, required: 'published' }),
  lastObservedTime: microTime({ presence: 'always', pb: 2, required: 'published' }),
});
export interface EventSeries extends Infer<typeof eventSeries> {}

export const eventFields = {
  eventTime: microTime({ presence: 'always', pb: 2, required: 'published' }),
  series: field(eventSeries, { presence: 'pointer', pb: 3 }),
  reportingController: string({ pb: 4 }),
  reportingInstance: string({ pb: 5 }),
  action: string({ pb: 6 }),
  reason: string({ pb: 7 }),
  regarding: field(objectReference, { presence: 'always', pb: 8 }),
  related: field(objectReference, { presence: 'pointer', pb: 9 }),
  note: string({ pb: 10 }),
  type: string({ pb: 11 }),
  deprecatedSource: field(eventSource, { presence: 'always', pb: 12 }),
  deprecatedFirstTimestamp: time({ presence: 'always', pb: 13 }),
  deprecatedLastTimestamp: time({ presence: 'always', pb: 14 }),
  deprecatedCount: int32({ pb: 15 }),
} as const;
export interface EventObject extends KubeObject, InferFields<typeof eventFields> {}
