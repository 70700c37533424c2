import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { configMap } from '../api/core/v1/config-map.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { openFixtureOver } from './server-core-fixture.ts';
import type { Fixture, Watched } from './server-core-fixture.ts';

/** Waits until a watch has shown as many events. */
async function seen(watched: Watched, count: number): Promise<void> {
  while (watched.events.length < count && !watched.ended) await systemClock.yieldTurn();
}

it('keeps objects, UIDs, revisions and the history of watches over a restart on the durable store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tyke-server-'));
  const open = async (): Promise<Fixture<Store>> =>
    openFixtureOver(await openSqliteStore({ folder, clock: systemClock, logger: silentLogger }));
  try {
    const first = await open();
    const watched = await first.watch(configMap, 'a', { resourceVersion: '1' });
    await Promise.all(Array.from({ length: 40 }, (_, at) => first.create(configMap, 'a', `n${String(at).padStart(2, '0')}`)));
    const target = { namespace: 'a', name: 'n07' };
    await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) =>
        first.call('patch', configMap, {
          ...target,
          body: { object: { data: { [`k${at}`]: 'v' } }, contentType: 'application/merge-patch+json' },
        }),
      ),
    );
    await first.call('delete', configMap, { namespace: 'a', name: 'n03' });
    const { body } = await first.call('list', configMap, { namespace: 'a' });
    assert.ok(body.kind === 'list');
    const before = [...body.items];
    await seen(watched, Number(body.revision) - 1);
    await first.close();

    const second = await open();
    const again = await second.call('list', configMap, { namespace: 'a' });
    assert.ok(again.body.kind === 'list');
    assert.deepEqual([again.body.revision, again.body.items], [body.revision, before]);
    const replayed = await second.watch(configMap, 'a', { resourceVersion: '1' });
    await second.create(configMap, 'a', 'later');
    await seen(replayed, watched.events.length + 1);
    assert.deepEqual(replayed.story, [...watched.story, 'ADDED later']);
    assert.deepEqual(
      replayed.events.slice(0, -1).map(({ object }) => object),
      watched.events.map(({ object }) => object),
    );
    await second.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
