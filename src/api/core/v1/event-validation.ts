// Checks of Events. The core group takes nearly anything, as it always has; events.k8s.io wants every field that the new form has,
// none of the old, and no change but of the series.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import { byteLength, complaints, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { EventObject } from './event-fields.ts';
import type { ObjectReference } from './references.ts';

const LONGEST_NAME = 128;
const LONGEST_MESSAGE = 1024;
const FEWEST_IN_SERIES = 2;

/** Checks an Event as the core group does; `controllerField` is what the request's version calls its reporter. */
export function* validateCoreEvent(event: EventObject, controllerField: string, at: FieldPath): Problems {
  const namespace = event.metadata.namespace ?? '';
  const involved = event.involvedObject.namespace ?? '';
  const elsewhere = invalid(at.child('involvedObject', 'namespace'), involved, 'does not match event.namespace');
  if (event.eventTime === undefined) {
    const agrees = involved === '' ? namespace === '' || namespace === 'default' : involved === namespace;
    if (!agrees) yield elsewhere;
  } else {
    if (involved === '' && namespace !== 'default' && namespace !== 'kube-system') yield elsewhere;
    yield* validateReport(event, controllerField, at);
  }
  yield* complaints(at.child('namespace'), namespace, checkDns1123Subdomain(namespace));
}

function* validateReport(event: EventObject, controllerField: string, at: FieldPath): Problems {
  const { reportingComponent, reportingInstance, action = '', reason = '', message = '' } = event;
  if (reportingComponent === '') yield required(at.child(controllerField));
  yield* complaints(at.child(controllerField), reportingComponent, checkQualifiedName(reportingComponent));
  yield* filledText(at.child('reportingInstance'), reportingInstance, LONGEST_NAME);
  yield* filledText(at.child('action'), action, LONGEST_NAME);
  yield* filledText(at.child('reason'), reason, LONGEST_NAME);
  if (byteLength(message) > LONGEST_MESSAGE) yield invalid(at.child('message'), '', `can have at most ${LONGEST_MESSAGE} characters`);
}

function* filledText(at: FieldPath, value: string, longest: number): Problems {
  if (value === '') yield required(at);
  if (byteLength(value) > longest) yield invalid(at, '', `can have at most ${longest} characters`);
}

/** Checks an Event that came through events.k8s.io; paths are those of the core group, as upstream has them. */
export function* validateStrictEvent(next: EventObject, old: EventObject | undefined, at: FieldPath): Problems {
  yield* validateCoreEvent(next, 'reportingController', at);
  if (old !== undefined) return yield* validateStrictChange(next, old, at);
  yield* validateSeries(next, at);
  if (next.eventTime === undefined) yield required(at.child('eventTime'));
  const { type = '', source } = next;
  if (type !== 'Normal' && type !== 'Warning') yield invalid(at.child('type'), '', `has invalid value: ${type}`);
  const unset = {
    firstTimestamp: next.firstTimestamp,
    lastTimestamp: next.lastTimestamp,
    count: next.count,
    source: source.component ?? source.host,
  };
  for (const [name, value] of Object.entries(unset)) if (value !== undefined) yield invalid(at.child(name), '', 'needs to be unset');
}

function* validateSeries({ series }: EventObject, at: FieldPath): Problems {
  if (series === undefined) return;
  if ((series.count ?? 0) < FEWEST_IN_SERIES) yield invalid(at.child('series.count'), '', 'should be at least 2');
  if (series.lastObservedTime === undefined) yield required(at.child('series.lastObservedTime'));
}

function* validateStrictChange(next: EventObject, old: EventObject, at: FieldPath): Problems {
  if (!semanticEqual(next.series, old.series)) yield* validateSeries(next, at);
  yield* unchanged(at.child('involvedObject'), next.involvedObject, old.involvedObject, internalReference(next.involvedObject));
  yield* unchanged(at.child('reason'), next.reason, old.reason, next.reason ?? '');
  yield* unchanged(at.child('message'), next.message, old.message, next.message ?? '');
  const { component = '', host = '' } = next.source;
  yield* unchanged(at.child('source'), next.source, old.source, { Component: component, Host: host });
  yield* unchanged(at.child('firstTimestamp'), next.firstTimestamp, old.firstTimestamp);
  yield* unchanged(at.child('lastTimestamp'), next.lastTimestamp, old.lastTimestamp);
  yield* unchanged(at.child('count'), next.count, old.count, next.count ?? 0);
  yield* unchanged(at.child('reason'), next.reason, old.reason, next.reason ?? '');
  yield* unchanged(at.child('type'), next.type, old.type, next.type ?? '');
  yield* unchanged(at.child('eventTime'), next.eventTime, old.eventTime);
  yield* unchanged(at.child('action'), next.action, old.action, next.action ?? '');
  yield* unchanged(at.child('related'), next.related, old.related, next.related && internalReference(next.related));
  yield* unchanged(at.child('reportingController'), next.reportingComponent, old.reportingComponent);
  yield* unchanged(at.child('reportingInstance'), next.reportingInstance, old.reportingInstance);
}

/** A reference as upstream's internal types print it. */
function internalReference(reference: ObjectReference): object {
  const { kind = '', namespace = '', name = '', uid = '', apiVersion = '', resourceVersion = '', fieldPath = '' } = reference;
  return {
    Kind: kind,
    Namespace: namespace,
    Name: name,
    UID: uid,
    APIVersion: apiVersion,
    ResourceVersion: resourceVersion,
    FieldPath: fieldPath,
  };
}
