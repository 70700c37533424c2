// What every store must do, whatever it is made of: one suite, run by the tests of each.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { VirtualClock } from '../base/clock.ts';
import { CompactedError, FutureRevisionError, StoreClosedError } from './errors.ts';
import { modelProperty } from './model.ts';
import type { CommitResult, Store } from './store.ts';
import { Recorder, bytes, plainEntry, put, text } from './subject.ts';
import type { OpenSubject, Subject } from './subject.ts';

interface Context {
  readonly store: () => Store;
  readonly clock: () => VirtualClock;
}

/** Runs the suite against the stores that `open` makes; `runs` is how often the comparison with the model is made. */
export function storeContract(name: string, runs: number, open: OpenSubject): void {
  describe(name, () => {
    let clock = new VirtualClock();
    let subject: Subject | undefined;
    const context: Context = {
      store: () => {
        assert(subject !== undefined);
        return subject.store;
      },
      clock: () => clock,
    };
    beforeEach(async () => {
      clock = new VirtualClock();
      subject = await open(clock);
    });
    afterEach(() => subject?.dispose());

    describe('commit', () => commits(context));
    describe('get and list', () => reads(context));
    describe('watch', () => watches(context));
    describe('sink', () => sinks(context));
    describe('compact', () => compactions(context));
    describe('expiry', () => expiries(context));
    describe('close', () => closing(context));
  });
  it(`${name} behaves like the naive model`, () => modelProperty(open, runs));
}

function commits({ store }: Context): void {
  it('gives the first write of an empty store revision 2, and each later one the next', async () => {
    assert.equal(await store().progress(), 1);
    assert.deepEqual(await put(store(), 'a', '1'), { ok: true, revision: 2 });
    assert.deepEqual(await put(store(), 'b', '1'), { ok: true, revision: 3 });
    assert.equal(await store().progress(), 3);
  });

  it('counts versions from the creation of a key', async () => {
    await put(store(), 'a', '1');
    await put(store(), 'a', '2', 2);
    await store().commit({ key: 'a', delete: true, expected: 3 });
    await put(store(), 'a', '3');
    await put(store(), 'a', '4', 5);
    const { entry } = await store().get('a');
    assert(entry !== undefined);
    assert.deepEqual(plainEntry(entry), { key: 'a', value: '4', revision: 6, created: 5, version: 2 });
  });

  it('answers an unmet expectation with what is there, and takes no revision', async () => {
    await put(store(), 'a', '1');
    const conflict = await put(store(), 'a', '2');
    assert(conflict.current !== undefined);
    assert.deepEqual(plainEntry(conflict.current), { key: 'a', value: '1', revision: 2, created: 2, version: 1 });
    assert.deepEqual(await put(store(), 'b', '1', 7), { conflict: true });
    assert.deepEqual(await store().commit({ key: 'b', delete: true, expected: 2 }), { conflict: true });
    assert.equal(await store().progress(), 2);
  });

  it('checks expectations against writes that are still queued', async () => {
    const results = await Promise.all([
      put(store(), 'a', '1'),
      put(store(), 'a', '2', 2),
      put(store(), 'a', 'late', 2),
      put(store(), 'b', '1'),
    ]);
    assert.deepEqual(
      results.map((result) => result.revision ?? result.current?.revision),
      [2, 3, 3, 4],
    );
    assert.equal(results[2]?.conflict, true);
  });

  it('keeps empty values, odd keys and large values apart', async () => {
    const large = 'x'.repeat(100_000);
    for (const [key, value] of [
      ['__proto__', ''],
      ['/名/é', 'ü'],
      ['big', large],
    ] as const)
      await put(store(), key, value);
    const { entries } = await store().list('');
    assert.deepEqual(
      entries.map((entry) => [entry.key, text(entry.value)]),
      [
        ['/名/é', 'ü'],
        ['__proto__', ''],
        ['big', large],
      ],
    );
  });
}

function reads({ store }: Context): void {
  it('lists a prefix or a range in key order', async () => {
    for (const key of ['/b/2', '/a', '/b/1', '/b', '/c', '/b0']) await put(store(), key, key);
    const keys = async (...args: Parameters<Store['list']>): Promise<string[]> =>
      (await store().list(...args)).entries.map(({ key }) => key);
    assert.deepEqual(await keys('/b/'), ['/b/1', '/b/2']);
    assert.deepEqual(await keys({ from: '/b', to: '/c' }), ['/b', '/b/1', '/b/2', '/b0']);
    assert.deepEqual(await keys({ from: '/b0' }), ['/b0', '/c']);
    assert.deepEqual(await keys('/b', { after: '/b/1' }), ['/b/2', '/b0']);
  });

  it('cuts a list at its limit, says how much remains, and continues at the same revision', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await put(store(), key, '1');
    const first = await store().list('', { limit: 2 });
    assert.deepEqual([first.revision, first.remaining, first.entries.map(({ key }) => key)], [5, 2, ['a', 'b']]);
    await put(store(), 'c', '2', 4);
    await store().commit({ key: 'd', delete: true, expected: 5 });
    const rest = await store().list('', { limit: 2, after: 'b', revision: first.revision });
    assert.deepEqual(
      [rest.revision, rest.remaining, rest.entries.map(({ key, value }) => [key, text(value)])],
      [
        5,
        0,
        [
          ['c', '1'],
          ['d', '1'],
        ],
      ],
    );
  });

  it('refuses revisions that do not exist yet', async () => {
    await assert.rejects(store().list('', { revision: 2 }), FutureRevisionError);
    await assert.rejects(store().get('a', { atLeast: 2 }), FutureRevisionError);
    await put(store(), 'a', '1');
    assert.equal((await store().get('a', { atLeast: 2 })).entry?.revision, 2);
  });
}

function watches({ store }: Context): void {
  it('replays history from the first revision asked for, then goes on live, each change once', async () => {
    await put(store(), '/x/a', '1');
    await put(store(), '/x/a', '2', 2);
    await put(store(), '/y/a', '1');
    const all = new Recorder(store(), '/x/', 1);
    const later = new Recorder(store(), '/x/', 3);
    await store().commit({ key: '/x/a', delete: true, expected: 3 });
    await put(store(), '/x/a', '3');
    const created = { key: '/x/a', revision: 2, value: '1', previous: undefined, previousRevision: undefined, created: true };
    const updated = { key: '/x/a', revision: 3, value: '2', previous: '1', previousRevision: 2, created: false };
    const deleted = { key: '/x/a', revision: 5, value: undefined, previous: '2', previousRevision: 3, created: false };
    const again = { key: '/x/a', revision: 6, value: '3', previous: undefined, previousRevision: undefined, created: true };
    assert.deepEqual(await all.until(4), [created, updated, deleted, again]);
    assert.deepEqual(await later.until(3), [updated, deleted, again]);
  });

  it('waits for a revision that does not exist yet', async () => {
    const future = new Recorder(store(), '', 4);
    for (const key of ['a', 'b', 'c']) await put(store(), key, '1');
    assert.deepEqual(
      (await future.until(1)).map(({ key }) => key),
      ['c'],
    );
    const amid = new Recorder(store(), '', 7);
    await Promise.all(['d', 'e', 'f', 'g'].map((key) => put(store(), key, '1')));
    assert.deepEqual(
      (await amid.until(2)).map(({ key }) => key),
      ['f', 'g'],
    );
  });

  it('catches up with a long history while more is written', async () => {
    await Promise.all(Array.from({ length: 3000 }, (_, at) => put(store(), `k${at}`, '1')));
    const watch = new Recorder(store(), '', 2);
    for (let at = 3000; at < 3050; at++) await put(store(), `k${at}`, '1');
    const changes = await watch.until(3050);
    assert.deepEqual(
      changes.map(({ revision }) => revision),
      Array.from(changes, (_, at) => at + 2),
    );
  });
}

function sinks({ store }: Context): void {
  it('ends when its sink is full, when it is closed, and never delivers afterwards', async () => {
    let calls = 0;
    const full = store().watch('', 2, () => {
      calls++;
      return false;
    });
    const closed = new Recorder(store(), '', 2);
    await put(store(), 'a', '1');
    closed.handle.close();
    assert.deepEqual(await full.ended, { why: 'full' });
    assert.deepEqual(await closed.handle.ended, { why: 'closed' });
    await put(store(), 'b', '1');
    assert.equal(calls, 1);
    assert.equal(closed.changes.length, 1);
  });

  it('keeps a sink that throws from harming the others', async () => {
    const broken = store().watch('', 2, () => {
      throw new Error('broken sink');
    });
    const sound = new Recorder(store(), '', 2);
    assert.equal((await put(store(), 'a', '1')).ok, true);
    await sound.until(1);
    assert.equal((await broken.ended).why, 'failed');
  });

  it('delivers in order to all when a sink writes', async () => {
    const writes: Promise<CommitResult>[] = [];
    store().watch('a', 2, () => {
      writes.push(put(store(), 'b', '1'));
      return true;
    });
    const watch = new Recorder(store(), '', 2);
    await put(store(), 'a', '1');
    assert.deepEqual(
      (await watch.until(2)).map(({ key }) => key),
      ['a', 'b'],
    );
    await Promise.all(writes);
  });
}

function compactions({ store }: Context): void {
  beforeEach(async () => {
    await put(store(), 'a', '1');
    await put(store(), 'a', '2', 2);
    await put(store(), 'b', '1');
    await store().commit({ key: 'b', delete: true, expected: 4 });
    await put(store(), 'a', '3', 3);
  });

  it('refuses what lies below the floor, with the floor, and keeps what lies above', async () => {
    await store().compact(4);
    await assert.rejects(store().list('', { revision: 3 }), (error) => error instanceof CompactedError && error.floor === 4);
    const { entries } = await store().list('', { revision: 4 });
    assert.deepEqual(
      entries.map(({ key, value }) => [key, text(value)]),
      [
        ['a', '2'],
        ['b', '1'],
      ],
    );
    assert.deepEqual(await new Recorder(store(), '', 3).handle.ended, { why: 'compacted', floor: 4 });
    assert.deepEqual(
      (await new Recorder(store(), '', 4).until(3)).map(({ revision, previous }) => [revision, previous]),
      [
        [4, undefined],
        [5, '1'],
        [6, '2'],
      ],
    );
  });

  it('keeps the value before the change at the floor', async () => {
    await store().compact(3);
    assert.equal((await new Recorder(store(), '', 3).until(4))[0]?.['previous'], '1');
  });

  it('keeps the live state and the revision when everything is compacted', async () => {
    await store().compact(6);
    assert.equal((await store().list('')).entries.length, 1);
    assert.deepEqual(await put(store(), 'b', '2'), { ok: true, revision: 7 });
    assert.deepEqual(await store().commit({ key: 'a', delete: true, expected: 6 }), { ok: true, revision: 8 });
    await store().compact(8);
    assert.deepEqual(
      (await store().list('')).entries.map(({ key }) => key),
      ['b'],
    );
  });

  it('never lowers the floor, and refuses the future', async () => {
    await store().compact(5);
    await store().compact(3);
    await assert.rejects(store().list('', { revision: 4 }), CompactedError);
    await assert.rejects(store().compact(7), FutureRevisionError);
  });
}

function expiries({ store, clock }: Context): void {
  const putFor = (key: string, ttlSeconds: number, expected: number | 'absent' = 'absent'): Promise<CommitResult> =>
    store().commit({ key, value: bytes(key), expected, ttlSeconds });

  it('deletes a key when its time is over, as an ordinary change', async () => {
    const watch = new Recorder(store(), '', 2);
    await putFor('late', 20);
    await putFor('soon', 10);
    await clock().advance(9_999);
    assert.equal((await store().list('')).entries.length, 2);
    await clock().advance(1);
    const changes = await watch.until(3);
    assert.deepEqual(changes[2], { key: 'soon', revision: 4, value: undefined, previous: 'soon', previousRevision: 3, created: false });
    assert.equal((await store().get('soon')).entry, undefined);
    await clock().advance(10_000);
    await watch.until(4);
  });

  it('lets a key that was written again live on', async () => {
    await putFor('renewed', 10);
    await putFor('kept', 10);
    await clock().advance(5_000);
    await putFor('renewed', 10, 2);
    await put(store(), 'kept', 'for good', 3);
    await clock().advance(9_000);
    assert.equal((await store().list('')).entries.length, 2);
    const watch = new Recorder(store(), '', 6);
    await clock().advance(1_000);
    await watch.until(1);
    assert.deepEqual(
      (await store().list('')).entries.map(({ key }) => key),
      ['kept'],
    );
  });
}

function closing({ store }: Context): void {
  it('ends watches, finishes writes under way and refuses everything afterwards', async () => {
    const watch = new Recorder(store(), '', 2);
    const write = put(store(), 'a', '1');
    await store().close();
    assert.deepEqual(await write, { ok: true, revision: 2 });
    assert.deepEqual(await watch.handle.ended, { why: 'store closed' });
    await assert.rejects(put(store(), 'a', '1'), StoreClosedError);
    await assert.rejects(store().get('a'), StoreClosedError);
    await assert.rejects(store().list(''), StoreClosedError);
    assert.throws(() => store().watch('', 1, () => true), StoreClosedError);
    await store().close();
  });
}
