import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { StatusError } from '../../machinery/status-error.ts';
import type { Status } from '../../machinery/status-error.ts';
import { gadget, openFixture, TOYS, widget } from '../server-core-fixture.ts';
import type { Fixture, FixtureOptions, Widget } from '../server-core-fixture.ts';

async function using(options: FixtureOptions, run: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = await openFixture(options);
  try {
    await run(fixture);
  } finally {
    await fixture.close();
  }
}

const one = { namespace: 'a', name: 'one' };
const withBody = (options: object): { body: { object: object } } => ({
  body: { object: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } },
});

describe('delete', () => {
  it('removes an object and answers with a Status that names it', () =>
    using({}, async (fixture) => {
      const made = await fixture.create(widget, 'a', 'one');
      const response = await fixture.call('delete', widget, one);
      assert.equal(response.status, 200);
      const status = await Promise.resolve(response.body.kind === 'object' ? (response.body.object as Status) : undefined);
      assert.deepEqual(status, {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'one', group: 'toys.test', kind: 'widgets', uid: made.metadata.uid },
      });
      await assert.rejects(fixture.call('delete', widget, one), (error: unknown) => error instanceof StatusError && error.code === 404);
    }));

  it('refuses when a precondition does not hold', () =>
    using({}, async (fixture) => {
      const { metadata } = await fixture.create(widget, 'a', 'one');
      await assert.rejects(fixture.call('delete', widget, { ...one, ...withBody({ preconditions: { uid: 'x' } }) }), {
        code: 409,
        message: `Operation cannot be fulfilled on Widget.toys.test "one": the UID in the precondition (x) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
      });
      await assert.rejects(fixture.call('delete', widget, { ...one, ...withBody({ preconditions: { resourceVersion: '1' } }) }), {
        code: 409,
        message: `Operation cannot be fulfilled on Widget.toys.test "one": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
      });
    }));

  it('marks an object with finalizers, and removes it when the last one goes', () =>
    using({}, async (fixture) => {
      const watched = await fixture.watch(widget, 'a', { resourceVersion: '1' });
      await fixture.create(widget, 'a', 'one', { metadata: { finalizers: ['x.test/f'] } });
      const marked = await fixture.object<Widget>('delete', widget, one);
      assert.deepEqual(
        [marked.metadata.deletionTimestamp, marked.metadata.deletionGracePeriodSeconds, marked.metadata.generation],
        ['2026-01-01T00:00:00Z', 0, 2],
      );
      const released = { ...marked, metadata: { ...marked.metadata, finalizers: [] } };
      await fixture.object('update', widget, { ...one, body: { object: released } });
      await fixture.clock.settle();
      assert.deepEqual(watched.story, ['ADDED one', 'MODIFIED one', 'DELETED one']);
      assert.deepEqual(await fixture.names(widget, 'a'), []);
    }));

  it('turns propagation policies into finalizers for the garbage collector', () =>
    using({}, async (fixture) => {
      const cases: [object, string[] | undefined][] = [
        [{ propagationPolicy: 'Foreground' }, ['foregroundDeletion']],
        [{ propagationPolicy: 'Orphan' }, ['orphan']],
        [{ orphanDependents: true }, ['orphan']],
      ];
      for (const [options, finalizers] of cases) {
        const name = `o${cases.findIndex((each) => each[0] === options)}`;
        await fixture.create(configMap, 'a', name);
        const marked = await fixture.object('delete', configMap, { namespace: 'a', name, ...withBody(options) });
        assert.deepEqual(marked.metadata.finalizers, finalizers);
      }
      await assert.rejects(fixture.call('delete', configMap, { namespace: 'a', name: 'o0', query: { propagationPolicy: 'Never' } }), {
        message:
          'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Never": supported values: "Foreground", "Background", "Orphan", "nil"',
      });
    }));

  it('answers 202 only to those who ask in the old way', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one', { metadata: { finalizers: ['x.test/f'] } });
      assert.equal((await fixture.call('delete', configMap, { ...one, ...withBody({ orphanDependents: false }) })).status, 202);
    }));

  it('lets a graceful kind go after its period, which can be shortened but not lengthened', () =>
    using({}, async (fixture) => {
      await fixture.create(gadget, '', 'one');
      const target = { name: 'one' };
      const marked = await fixture.object('delete', gadget, target);
      assert.deepEqual([marked.metadata.deletionTimestamp, marked.metadata.deletionGracePeriodSeconds], ['2026-01-01T00:00:30Z', 30]);
      await fixture.clock.advance(5000);
      const longer = await fixture.object<Status>('delete', gadget, { ...target, ...withBody({ gracePeriodSeconds: 60 }) });
      assert.equal(longer.status, 'Success');
      const shorter = await fixture.object('delete', gadget, { ...target, ...withBody({ gracePeriodSeconds: 10 }) });
      assert.deepEqual([shorter.metadata.deletionTimestamp, shorter.metadata.deletionGracePeriodSeconds], ['2026-01-01T00:00:10Z', 10]);
      const past = await fixture.object('delete', gadget, { ...target, ...withBody({ gracePeriodSeconds: 2 }) });
      assert.deepEqual([past.metadata.deletionTimestamp, past.metadata.deletionGracePeriodSeconds], ['2026-01-01T00:00:05Z', 1]);
      const gone = await fixture.object<Status>('delete', gadget, { ...target, ...withBody({ gracePeriodSeconds: 0 }) });
      assert.equal(gone.status, 'Success');
      assert.deepEqual(await fixture.names(gadget, ''), []);
    }));

  it('shows the deletion of a graceful kind at once as a change and the end', () =>
    using({}, async (fixture) => {
      await fixture.create(gadget, '', 'one');
      const watched = await fixture.watch(gadget, '', { resourceVersion: String(fixture.core.lookups.cacheOf(gadget).revision) });
      await fixture.call('delete', gadget, { name: 'one', query: { gracePeriodSeconds: '0' } });
      await fixture.clock.settle();
      assert.deepEqual(watched.story, ['MODIFIED one', 'DELETED one']);
      const last = watched.events[1]?.object as KubeObject;
      assert.equal(last.metadata.resourceVersion, '4');
      assert.equal(last.metadata.deletionGracePeriodSeconds, 0);
    }));

  it('changes nothing when it is a dry run', () =>
    using({}, async (fixture) => {
      await fixture.create(widget, 'a', 'one');
      await fixture.call('delete', widget, { ...one, query: { dryRun: 'All' } });
      assert.deepEqual(await fixture.names(widget, 'a'), ['one']);
    }));

  it('keeps what its strategy keeps', async () => {
    const strategies = TOYS.map((strategy) => {
      if (strategy.definition.hub.kind !== 'ConfigMap') return strategy;
      const keepsDeleted = (draft: { metadata: { annotations?: Record<string, string> } }): boolean =>
        draft.metadata.annotations?.['keep'] === 'yes';
      return { ...strategy, keepsDeleted };
    });
    await using({ strategies: strategies as typeof TOYS }, async (fixture) => {
      await fixture.create(configMap, 'a', 'one', { metadata: { annotations: { keep: 'yes' } } });
      const marked = await fixture.object('delete', configMap, one);
      assert.equal(marked.metadata.deletionTimestamp, '2026-01-01T00:00:00Z');
      const released = { ...marked, metadata: { ...marked.metadata, annotations: {} } };
      await fixture.object('update', configMap, { ...one, body: { object: released } });
      assert.deepEqual(await fixture.names(configMap, 'a'), []);
    });
  });
});

describe('deletecollection', () => {
  it('deletes what a list with the same selectors shows', () =>
    using({}, async (fixture) => {
      for (const name of ['a', 'b', 'c']) await fixture.create(configMap, 'a', name, { metadata: { labels: { x: name } } });
      await fixture.create(configMap, 'b', 'a', { metadata: { labels: { x: 'a' } } });
      await fixture.call('deletecollection', configMap, { namespace: 'a', query: { labelSelector: 'x in (a,b)' } });
      assert.deepEqual(await fixture.names(configMap, ''), ['c', 'a']);
    }));
});
