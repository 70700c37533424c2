import assert from 'node:assert/strict';
import { it } from 'node:test';

import fc from 'fast-check';

import { History } from './history.ts';
import type { CommitRequest } from './store.ts';
import { isLive, planCommit } from './version.ts';
import type { Version } from './version.ts';

/** Every revision that can still be reached from the newest version of a key, or from the list of changes. */
function reachable(history: History, keys: readonly string[]): number[] {
  const found = new Set<number>();
  const follow = (version: Version | undefined): void => {
    for (let at = version; at !== undefined; at = at.older) found.add(at.revision);
  };
  for (const key of keys) follow(history.newest(key));
  for (const version of history.changes({ from: '' }, 1, Infinity).versions) follow(version);
  return [...found].sort((a, b) => a - b);
}

it('compaction forgets exactly what can no longer be asked for, in the fork that compacts and nowhere else', () => {
  const keys = ['a', 'b', 'c', 'd'];
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ key: fc.constantFrom(...keys), compact: fc.constant(undefined) }) },
    { weight: 1, arbitrary: fc.record({ key: fc.constant(undefined), compact: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  );
  const property = fc.property(
    fc.array(step, { maxLength: 80, size: 'max' }),
    fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }),
    (steps, deletes) => {
      const history = new History({ keepsValues: false });
      const untouched = history.fork();
      const writes: Version[] = [];
      const forgotten: number[] = [];
      for (const [at, { key, compact }] of steps.entries()) {
        if (key === undefined) {
          const before = history.fork();
          const reachableBefore = reachable(before, keys);
          const floor = Math.max(history.floor, Math.round(compact * history.revision));
          forgotten.push(...history.compact(floor));
          assert.deepEqual(reachable(before, keys), reachableBefore);
          continue;
        }
        const current = history.newest(key);
        const remove = isLive(current) && deletes[at] === true;
        const expected = isLive(current) ? current.revision : ('absent' as const);
        const request: CommitRequest = remove
          ? { key, delete: true, expected: current.revision }
          : { key, value: new Uint8Array(), expected };
        const planned = planCommit(current, request, history.revision + 1, 0);
        assert(planned !== undefined);
        writes.push(history.apply(planned));
      }
      const kept = writes.filter(({ key, revision, version }) => {
        const next = writes.find((other) => other.key === key && other.revision > revision);
        const outdated = next !== undefined && next.revision < history.floor;
        return revision >= history.floor || (version > 0 && !outdated);
      });
      const all = writes.map(({ revision }) => revision);
      assert.deepEqual(
        reachable(history, keys),
        kept.map(({ revision }) => revision),
      );
      assert.deepEqual(
        [...forgotten, ...kept.map(({ revision }) => revision)].sort((a, b) => a - b),
        all,
      );
      assert.equal(untouched.revision, 1);
    },
  );
  fc.assert(property, { numRuns: 300 });
});
