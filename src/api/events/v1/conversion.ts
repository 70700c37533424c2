// Events in their two forms. The core one is stored; the other renames what it kept and calls the rest deprecated.
//
// C1. Both directions are pure, lose nothing, and are each other's inverse.

import type { Event as CoreEvent } from '../../core/v1/event.ts';
import { draftOf } from '../../../machinery/draft.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import type { ServedVersion } from '../../../machinery/resource.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { reorder } from '../../../machinery/tidy.ts';
import { coreEventOf } from './core-event.ts';
import { event } from './event.ts';
import type { Event } from './event.ts';

/** The Event as events.k8s.io has it. */
export function eventOf(core: CoreEvent): Event {
  const { metadata, eventTime, series, reportingComponent, reportingInstance, action, reason, related, type, ...renamed } = draftOf(core);
  const draft: Draft<Event> = {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata,
    eventTime,
    series: series && { count: series.count ?? 0, lastObservedTime: series.lastObservedTime },
    reportingController: reportingComponent,
    reportingInstance,
    action,
    reason,
    regarding: renamed.involvedObject,
    related,
    note: renamed.message,
    type,
    deprecatedSource: renamed.source,
    deprecatedFirstTimestamp: renamed.firstTimestamp,
    deprecatedLastTimestamp: renamed.lastTimestamp,
    deprecatedCount: renamed.count,
  };
  reorder(event.struct, draft);
  return draft;
}

/** Events as events.k8s.io serves them. */
export const servedEvents: Required<ServedVersion> = {
  kind: event,
  toHub: (object: KubeObject) => coreEventOf(object as Event),
  fromHub: (object: KubeObject) => eventOf(object as CoreEvent),
};
