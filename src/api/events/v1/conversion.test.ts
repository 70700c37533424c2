import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalize } from '../../../machinery/canonical.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { eventOf } from './conversion.ts';
import { coreEventOf } from './core-event.ts';
import { event } from './event.ts';
import type { Event } from './event.ts';

const text = fc.option(fc.string({ maxLength: 5 }), { nil: undefined });
const count = fc.option(fc.nat({ max: 3 }), { nil: undefined });
const moment = fc.option(fc.constant('2026-01-01T00:00:00.000000Z'), { nil: undefined });
const reference = fc.record({ kind: text, name: text, namespace: text });

/** Canonical Events with any of their fields. */
const events: fc.Arbitrary<Draft<Event>> = fc
  .record({
    metadata: fc.constant({ name: 'a', namespace: 'b' }),
    eventTime: moment,
    series: fc.option(fc.record({ count: fc.nat({ max: 3 }), lastObservedTime: moment }), { nil: undefined }),
    reportingController: text,
    reportingInstance: text,
    action: text,
    reason: text,
    regarding: reference,
    related: fc.option(reference, { nil: undefined }),
    note: text,
    type: text,
    deprecatedSource: fc.record({ component: text, host: text }),
    deprecatedCount: count,
  })
  .map((fields) => {
    const result = canonicalize(event.struct, fields);
    assert.ok(result.ok);
    return Object.assign(result.object, { kind: 'Event', apiVersion: 'events.k8s.io/v1' });
  });

test('an Event comes back from the core group as it was', () => {
  fc.assert(fc.property(events, (given) => assert.deepEqual(eventOf(coreEventOf(given)), given)));
});
