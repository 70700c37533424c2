// Watches under concurrent writers: whatever the writers do, however slow a watcher is and wherever it starts, what it is told
// adds up to what the server has.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { configMap } from '../../api/core/v1/config-map.ts';
import { StatusError } from '../../machinery/status-error.ts';
import type { WatchEvent } from '../api-request.ts';
import { openFixture } from '../server-core-fixture.ts';
import type { Fixture } from '../server-core-fixture.ts';

type Step = { readonly do: 'write' | 'remove'; readonly name: string; readonly label: string } | { readonly do: 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom<'write' | 'remove'>('write', 'write', 'remove'),
      name: fc.constantFrom('a', 'b', 'c'),
      label: fc.constantFrom('x', 'y'),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'turn' }) },
);

let counter = 0;

async function act(fixture: Fixture, each: Step): Promise<void> {
  if (each.do === 'turn') return fixture.clock.yieldTurn();
  const target = { namespace: 'n', name: each.name };
  try {
    if (each.do === 'remove') await fixture.call('delete', configMap, target);
    else {
      const metadata = { name: each.name, labels: { tier: each.label } };
      const patch = { metadata: { labels: { tier: each.label } }, data: { count: String(counter++) } };
      try {
        await fixture.call('patch', configMap, { ...target, body: { object: patch, contentType: 'application/merge-patch+json' } });
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404) throw error;
        await fixture.call('create', configMap, { namespace: 'n', body: { object: { metadata, data: patch.data } } });
      }
    }
  } catch (error) {
    // Losing a race is part of the game.
    if (!(error instanceof StatusError) || ![404, 409].includes(error.code)) throw error;
  }
}

/** What a client makes of the events; checks what every client may rely on. */
class Mirror {
  readonly state = new Map<string, string>();
  #revision: number;
  ended = false;
  broken: unknown;

  constructor(revision: number) {
    this.#revision = revision;
  }

  take(event: WatchEvent): void {
    assert.ok(event.type !== 'ERROR' && event.type !== 'BOOKMARK', event.type);
    const { name = '', resourceVersion = '' } = event.object.metadata;
    const revision = Number(resourceVersion);
    if (event.type !== 'ADDED' || revision > this.#revision) {
      assert.ok(revision > this.#revision, `${revision} after ${this.#revision}`);
      this.#revision = revision;
    }
    assert.equal(this.state.has(name), event.type !== 'ADDED', `${event.type} ${name}`);
    if (event.type === 'DELETED') this.state.delete(name);
    else this.state.set(name, resourceVersion);
  }
}

/** Watches from the present list (or from the very start), taking batches at once or a turn late. */
async function follow(fixture: Fixture, options: { from: 'start' | 'list' | 'state'; slow: boolean; selector: string }): Promise<Mirror> {
  const { from, slow, selector } = options;
  const query: Record<string, string> = selector === '' ? {} : { labelSelector: selector };
  const mirror = new Mirror(1);
  if (from === 'start') query['resourceVersion'] = '1';
  let start = mirror;
  if (from === 'list') {
    const { body } = await fixture.call('list', configMap, { namespace: 'n', query });
    assert.ok(body.kind === 'list');
    start = new Mirror(Number(body.revision));
    for (const { metadata } of body.items) start.state.set(metadata.name ?? '', metadata.resourceVersion ?? '');
    query['resourceVersion'] = body.revision;
    await fixture.clock.yieldTurn();
  }
  const { body } = await fixture.call('watch', configMap, { namespace: 'n', query });
  assert.ok(body.kind === 'watch');
  body.start(
    (events) => {
      try {
        for (const event of events) start.take(event);
      } catch (error) {
        start.broken ??= error;
      }
      return slow ? fixture.clock.yieldTurn().then(() => true) : true;
    },
    () => {
      start.ended = true;
    },
  );
  return start;
}

const present = async (fixture: Fixture, selector: string): Promise<Map<string, string>> => {
  const { body } = await fixture.call('list', configMap, { namespace: 'n', query: selector === '' ? {} : { labelSelector: selector } });
  assert.ok(body.kind === 'list');
  return new Map(body.items.map(({ metadata }) => [metadata.name ?? '', metadata.resourceVersion ?? '']));
};

const watcher = fc.record({
  at: fc.nat(30),
  from: fc.constantFrom<'start' | 'list' | 'state'>('start', 'list', 'state'),
  slow: fc.boolean(),
  selector: fc.constantFrom('', 'tier=x'),
});

describe('watches under concurrent writers', () => {
  it('have no gap, no repetition and the order of revisions', async () => {
    const run = fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 25 }), { minLength: 1, maxLength: 3 }),
      fc.array(watcher, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(2, 8, 1024),
      async (writers, watchers, ringSize) => {
        const fixture = await openFixture({ ringSize });
        try {
          const mirrors: { mirror: Mirror; selector: string }[] = [];
          let taken = 0;
          const join = async (): Promise<void> => {
            const now = taken++;
            for (const each of watchers.filter(({ at }) => at === now))
              mirrors.push({ mirror: await follow(fixture, each), selector: each.selector });
          };
          await Promise.all(
            writers.map(async (steps) => {
              for (const each of steps) {
                await join();
                await act(fixture, each);
              }
            }),
          );
          for (const each of watchers) if (each.at >= taken) mirrors.push({ mirror: await follow(fixture, each), selector: each.selector });
          await fixture.clock.settle();
          await fixture.clock.settle();
          for (const { mirror } of mirrors) if (mirror.broken !== undefined) throw mirror.broken;
          // A watcher that was overtaken has been told; every other one has seen everything.
          for (const { mirror, selector } of mirrors) if (!mirror.ended) assert.deepEqual(mirror.state, await present(fixture, selector));
          if (ringSize === 1024) assert.ok(mirrors.every(({ mirror }) => !mirror.ended));
        } finally {
          await fixture.close();
        }
      },
    );
    await fc.assert(run, { numRuns: 60 });
  });
});
