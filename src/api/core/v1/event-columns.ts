// The table of Events: when, what kind, why, to which object, in which words, and how often.

import { age } from '../../../machinery/age.ts';
import type { Column } from '../../../machinery/kind.ts';
import type { EventObject } from './event-fields.ts';

function firstSeen({ firstTimestamp, eventTime }: EventObject, nowMs: number): string {
  return age(firstTimestamp ?? eventTime, nowMs);
}

function lastSeen(event: EventObject, nowMs: number): string {
  if (event.series !== undefined) return age(event.series.lastObservedTime, nowMs);
  return event.lastTimestamp === undefined ? firstSeen(event, nowMs) : age(event.lastTimestamp, nowMs);
}

function objectCell({ involvedObject: { kind = '', name = '' } }: EventObject): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function sourceCell({ source, reportingComponent, reportingInstance }: EventObject): string {
  const component = source.component ?? reportingComponent;
  const instance = source.host ?? reportingInstance;
  return instance === '' ? component : `${component}, ${instance}`;
}

function countCell({ series, count = 0 }: EventObject): number {
  if (series !== undefined) return series.count ?? 0;
  return count === 0 ? 1 : count;
}

export const eventColumns: readonly Column<EventObject>[] = [
  { name: 'Last Seen', type: 'string', value: (event, { nowMs }) => lastSeen(event, nowMs) },
  { name: 'Type', type: 'string', value: ({ type }) => type ?? '' },
  { name: 'Reason', type: 'string', value: ({ reason }) => reason ?? '' },
  { name: 'Object', type: 'string', value: objectCell },
  { name: 'Subobject', type: 'string', priority: 1, value: ({ involvedObject }) => involvedObject.fieldPath ?? '' },
  { name: 'Source', type: 'string', priority: 1, value: sourceCell },
  { name: 'Message', type: 'string', value: ({ message = '' }) => message.trim() },
  { name: 'First Seen', type: 'string', priority: 1, value: (event, { nowMs }) => firstSeen(event, nowMs) },
  { name: 'Count', type: 'string', priority: 1, value: countCell },
  { name: 'Name', type: 'string', priority: 1, format: 'name', value: ({ metadata }) => metadata.name ?? '' },
];
