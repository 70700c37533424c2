// An Event of events.k8s.io as the core group has it, which is how it is stored, checked and shown.

import { event as coreEvent } from '../../core/v1/event.ts';
import type { Event as CoreEvent } from '../../core/v1/event.ts';
import { draftOf } from '../../../machinery/draft.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { reorder } from '../../../machinery/tidy.ts';
import type { EventObject } from './event-fields.ts';

/** The Event as the core group has it. */
export function coreEventOf(event: EventObject): CoreEvent {
  const {
    metadata,
    eventTime,
    series,
    reportingController = '',
    reportingInstance = '',
    action,
    reason,
    related,
    type,
    ...renamed
  } = draftOf(event);
  const draft: Draft<CoreEvent> = {
    kind: 'Event',
    apiVersion: 'v1',
    metadata,
    involvedObject: renamed.regarding,
    reason,
    message: renamed.note,
    source: renamed.deprecatedSource,
    firstTimestamp: renamed.deprecatedFirstTimestamp,
    lastTimestamp: renamed.deprecatedLastTimestamp,
    count: renamed.deprecatedCount,
    type,
    eventTime,
    series,
    action,
    related,
    reportingComponent: reportingController,
    reportingInstance,
  };
  reorder(coreEvent.struct, draft);
  return draft;
}
