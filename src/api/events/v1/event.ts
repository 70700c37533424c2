// Event, as events.k8s.io serves it.

import { validateStrictEvent } from '../../core/v1/event-validation.ts';
import { eventColumns } from '../../core/v1/event-columns.ts';
import { eventFields } from './event-fields.ts';
import type { EventObject } from './event-fields.ts';
import type { Column } from '../../../machinery/kind.ts';
import { coreEventOf } from './core-event.ts';
import { defineKind } from '../../../machinery/kind.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const event = defineKind({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  name: 'io.k8s.api.events.v1.Event',
  fields: eventFields,
  check: (next, old, at) => [...validateStrictEvent(coreEventOf(next), old && coreEventOf(old), at)],
  columns: eventColumns.map((column): Column<EventObject> => ({
    ...column,
    value: (event, context) => column.value(coreEventOf(event), context),
  })),
  selectableFields: {
    'regarding.kind': ({ regarding }) => regarding.kind ?? '',
    'regarding.namespace': ({ regarding }) => regarding.namespace ?? '',
    'regarding.name': ({ regarding }) => regarding.name ?? '',
    'regarding.uid': ({ regarding }) => regarding.uid ?? '',
    'regarding.apiVersion': ({ regarding }) => regarding.apiVersion ?? '',
    'regarding.resourceVersion': ({ regarding }) => regarding.resourceVersion ?? '',
    'regarding.fieldPath': ({ regarding }) => regarding.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: ({ type }) => type ?? '',
  },
});
export interface Event extends Infer<typeof event> {}
