import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { VirtualClock } from '../../base/clock.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import type { WatchEvent } from '../api-request.ts';
import { openFixture, widget } from '../server-core-fixture.ts';
import type { Fixture, FixtureOptions } from '../server-core-fixture.ts';

async function using(options: FixtureOptions, run: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = await openFixture(options);
  try {
    await run(fixture);
  } finally {
    await fixture.close();
  }
}

const put = (fixture: Fixture, object: KubeObject): Promise<KubeObject> =>
  fixture.object('update', configMap, { namespace: object.metadata.namespace, name: object.metadata.name, body: { object } });

const remove = (fixture: Fixture, name: string): Promise<unknown> => fixture.call('delete', configMap, { namespace: 'a', name });

describe('watch', () => {
  it('tells of what happens after a revision, and of a deletion with the last state at the new revision', () =>
    using({}, async (fixture) => {
      const made = await fixture.create(configMap, 'a', 'one');
      const watched = await fixture.watch(configMap, 'a', { resourceVersion: made.metadata.resourceVersion ?? '' });
      await put(fixture, { ...made, data: { k: 'v' } } as KubeObject);
      await fixture.create(configMap, 'b', 'other');
      await remove(fixture, 'one');
      await fixture.clock.settle();
      assert.deepEqual(watched.story, ['MODIFIED one', 'DELETED one']);
      const last = watched.events[1]?.object as KubeObject & { data: object };
      assert.deepEqual([last.metadata.resourceVersion, last.data], ['5', { k: 'v' }]);
    }));

  it('begins with the state when no revision is named, and with nothing when that is asked for', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one');
      for (const query of [{}, { resourceVersion: '0' }])
        assert.deepEqual((await fixture.watch(configMap, 'a', query as Record<string, string>)).story, ['ADDED one']);
      const none = await fixture.watch(configMap, 'a', { sendInitialEvents: 'false', resourceVersionMatch: 'NotOlderThan' });
      await fixture.create(configMap, 'a', 'two');
      await fixture.clock.settle();
      assert.deepEqual(none.story, ['ADDED two']);
    }));

  it('ends the state with an annotated bookmark when initial events are asked for', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one');
      const query = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' };
      const watched = await fixture.watch(configMap, 'a', query);
      assert.deepEqual(watched.story, ['ADDED one', 'BOOKMARK']);
      assert.deepEqual(watched.events[1]?.object, {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { resourceVersion: '2', annotations: { 'k8s.io/initial-events-end': 'true' } },
      });
    }));

  it('turns updates into ADDED and DELETED as a selection demands', () =>
    using({}, async (fixture) => {
      const watched = await fixture.watch(configMap, 'a', { labelSelector: 'x=1' });
      const label = (object: KubeObject, x: string): Promise<KubeObject> =>
        put(fixture, { ...object, metadata: { ...object.metadata, labels: { x } } });
      const made = await fixture.create(configMap, 'a', 'one', { metadata: { labels: { x: '0' } } });
      const matching = await label(made, '1');
      const gone = await label({ ...matching, data: { a: 'b' } } as KubeObject, '2');
      const back = await label(gone, '1');
      await put(fixture, { ...back, data: {} } as KubeObject);
      await remove(fixture, 'one');
      await fixture.clock.settle();
      assert.deepEqual(watched.story, ['ADDED one', 'DELETED one', 'ADDED one', 'MODIFIED one', 'DELETED one']);
      const deleted = watched.events[1]?.object as KubeObject;
      assert.deepEqual([deleted.metadata.labels, deleted.metadata.resourceVersion], [{ x: '1' }, gone.metadata.resourceVersion]);
    }));

  it('sends bookmarks every minute and at its end', () =>
    using({}, async (fixture) => {
      const watched = await fixture.watch(configMap, 'a', { allowWatchBookmarks: 'true', timeoutSeconds: '150' });
      await fixture.create(widget, 'a', 'elsewhere');
      await fixture.clock.advance(149_000);
      assert.deepEqual(watched.story, ['BOOKMARK', 'BOOKMARK']);
      assert.equal((watched.events[1]?.object as KubeObject | undefined)?.metadata.resourceVersion, '2');
      await fixture.clock.advance(2000);
      assert.deepEqual([watched.story.length, watched.ended], [3, true]);
    }));

  it('ends after half an hour to an hour unless told', () =>
    using({}, async (fixture) => {
      const watched = await fixture.watch(configMap, 'a');
      await fixture.clock.advance(1_799_000);
      assert.equal(watched.ended, false);
      await fixture.clock.advance(1_802_000);
      assert.equal(watched.ended, true);
    }));

  it('goes back before a restart of the server, down to the compaction floor', () =>
    using({}, async (fixture) => {
      const made = await fixture.create(configMap, 'a', 'one');
      await put(fixture, { ...made, data: { k: 'v' } } as KubeObject);
      await fixture.create(widget, 'a', 'elsewhere');
      await remove(fixture, 'one');
      await fixture.create(configMap, 'a', 'two');
      await using({ store: fixture.store.fork(), clock: new VirtualClock() }, async (restarted) => {
        const watched = await restarted.watch(configMap, 'a', { resourceVersion: '2' });
        await restarted.clock.settle();
        await restarted.create(configMap, 'a', 'three');
        await restarted.clock.settle();
        assert.deepEqual(watched.story, ['MODIFIED one', 'DELETED one', 'ADDED two', 'ADDED three']);
      });
      await using({ store: fixture.store.fork(), clock: new VirtualClock() }, async (restarted) => {
        await restarted.store.compact(5);
        const watched = await restarted.watch(configMap, 'a', { resourceVersion: '2' });
        await restarted.clock.settle();
        assert.deepEqual(watched.story, ['ERROR too old resource version: 2 (5)']);
        assert.ok(watched.ended);
        const error = watched.events[0] as Extract<WatchEvent, { type: 'ERROR' }>;
        assert.deepEqual([error.object.code, error.object.reason], [410, 'Expired']);
      });
    }));

  it('waits for a sink that is full, and ends it when the ring has overtaken it', () =>
    using({ ringSize: 4 }, async (fixture) => {
      const { body } = await fixture.call('watch', configMap, { namespace: 'a', query: { resourceVersion: '1' } });
      assert.ok(body.kind === 'watch');
      const seen: string[] = [];
      let ended = 0;
      let open: (more: boolean) => void = () => {};
      const stop = body.start(
        (events) => {
          seen.push(...events.map((event) => (event.object as KubeObject).metadata.name ?? ''));
          return new Promise((resolve) => {
            open = resolve;
          });
        },
        () => void ended++,
      );
      await fixture.create(configMap, 'a', 'n0');
      await fixture.clock.settle();
      for (const name of ['n1', 'n2', 'n3']) await fixture.create(configMap, 'a', name);
      assert.deepEqual(seen, ['n0']);
      open(true);
      await fixture.clock.settle();
      assert.deepEqual(seen, ['n0', 'n1', 'n2', 'n3']);
      for (const name of ['n4', 'n5', 'n6', 'n7', 'n8']) await fixture.create(configMap, 'a', name);
      open(true);
      await fixture.clock.settle();
      assert.deepEqual([seen.length, ended], [4, 1]);
      stop();
    }));

  it('is over when its sink says so, when it is stopped and when the server closes', async () => {
    const fixture = await openFixture();
    const { body } = await fixture.call('watch', configMap, { namespace: 'a' });
    assert.ok(body.kind === 'watch');
    let ended = 0;
    body.start(
      () => false,
      () => void ended++,
    );
    await fixture.create(configMap, 'a', 'one');
    await fixture.clock.settle();
    assert.equal(ended, 1);
    const stopped = await fixture.watch(configMap, 'a');
    stopped.stop();
    await fixture.create(configMap, 'a', 'two');
    const last = await fixture.watch(configMap, 'a');
    await fixture.close();
    assert.deepEqual([stopped.story, stopped.ended, last.ended], [['ADDED one'], false, true]);
    assert.equal(fixture.clock.waiting, 0);
  });

  it('shows every watcher the same objects', () =>
    using({}, async (fixture) => {
      const first = await fixture.watch(configMap, 'a', { resourceVersion: '1' });
      const second = await fixture.watch(configMap, '', { resourceVersion: '1' });
      await fixture.create(configMap, 'a', 'one');
      await fixture.clock.settle();
      assert.equal(first.events[0]?.object, second.events[0]?.object);
      assert.equal(first.events[0]?.object, await fixture.object('get', configMap, { namespace: 'a', name: 'one' }));
      assert.ok(Object.isFrozen(first.events[0]?.object));
    }));
});
