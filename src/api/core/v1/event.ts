// Event, as the core group serves it.

import { validateCoreEvent } from './event-validation.ts';
import { eventFields } from './event-fields.ts';
import { eventColumns } from './event-columns.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { defineKind } from '../../../machinery/kind.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const event = defineKind({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  metadataRules: 'afterwards',
  name: 'io.k8s.api.core.v1.Event',
  metadataRequired: true,
  fields: eventFields,
  nameProblems: nameIsPathSegment,
  check: (next, _old, at) => [...validateCoreEvent(next, 'reportingComponent', at)],
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent,
    source: ({ source, reportingComponent }) => source.component ?? reportingComponent,
    type: ({ type }) => type ?? '',
  },
});
export interface Event extends Infer<typeof event> {}
