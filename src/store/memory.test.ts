import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { VirtualClock } from '../base/clock.ts';
import { storeContract } from './contract.ts';
import { openMemoryStore } from './memory.ts';
import { Recorder, bytes, put, text } from './subject.ts';

storeContract('memory store', 200, async (clock) => {
  const store = openMemoryStore({ clock });
  return { store, dispose: () => store.close() };
});

describe('memory store: fork and snapshot', () => {
  it('forks into stores that know nothing of each other', async () => {
    const parent = openMemoryStore({ clock: new VirtualClock() });
    for (let at = 0; at < 1000; at++) await put(parent, `k${at % 500}`, `${at}`, at < 500 ? 'absent' : at - 498);
    const child = parent.fork();
    const inParent = new Recorder(parent, '', 1002);
    await put(child, 'only child', '1');
    await put(parent, 'only parent', '1');
    await put(parent, 'k0', 'changed', 502);
    await parent.compact(1003);
    const kept = await child.list('', { revision: 501 });
    assert.equal(kept.entries.length, 500);
    assert.equal(text(kept.entries[0]?.value), '0');
    assert.equal(text((await child.get('k0')).entry?.value), '500');
    assert.equal((await child.get('only parent')).entry, undefined);
    assert.equal((await parent.get('only child')).entry, undefined);
    assert.deepEqual(
      (await inParent.until(2)).map(({ key }) => key),
      ['only parent', 'k0'],
    );
    await Promise.all([parent.close(), child.close()]);
  });

  it('expires keys in the fork by the fork’s own clock', async () => {
    const clock = new VirtualClock();
    const parent = openMemoryStore({ clock: new VirtualClock() });
    await parent.commit({ key: 'a', value: bytes('1'), expected: 'absent', ttlSeconds: 10 });
    const child = parent.fork({ clock });
    await clock.advance(10_000);
    assert.equal((await child.get('a')).entry, undefined);
    assert.notEqual((await parent.get('a')).entry, undefined);
    await Promise.all([parent.close(), child.close()]);
  });

  it('opens a snapshot at its revision, without the history before', async () => {
    const first = openMemoryStore();
    await put(first, 'a', '1');
    await put(first, 'a', '2', 2);
    await put(first, 'b', '1');
    const snapshot = first.snapshot();
    await put(first, 'c', '1');
    const second = openMemoryStore({ snapshot });
    assert.deepEqual(await second.list(''), await first.list('', { revision: 4 }));
    assert.equal((await new Recorder(second, '', 4).handle.ended).why, 'compacted');
    const watch = new Recorder(second, '', 5);
    assert.deepEqual(await put(second, 'a', '3', 3), { ok: true, revision: 5 });
    assert.deepEqual((await watch.until(1))[0]?.['previous'], '2');
    await Promise.all([first.close(), second.close()]);
  });
});
