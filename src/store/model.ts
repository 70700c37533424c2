// A store so naive that it is plainly right, and the property that a real one behaves like it under random use.

import assert from 'node:assert/strict';

import fc from 'fast-check';

import { VirtualClock } from '../base/clock.ts';
import { Recorder, plainEntry, put } from './subject.ts';
import type { OpenSubject, Subject } from './subject.ts';
import { CompactedError } from './errors.ts';
import type { CommitResult } from './store.ts';

interface Write {
  readonly key: string;
  readonly value: string | undefined;
}

type Plain = Record<string, unknown>;

/** All writes ever, the one of revision 2 first; every answer is worked out anew from them. */
class Model {
  readonly #writes: Write[] = [];
  floor = 1;

  get revision(): number {
    return this.#writes.length + 1;
  }

  write(key: string, value: string | undefined): number {
    this.#writes.push({ key, value });
    return this.revision;
  }

  get(key: string, revision = this.revision): Plain | undefined {
    let entry: { key: string; value: string; revision: number; created: number; version: number } | undefined;
    for (const [at, write] of this.#writes.slice(0, revision - 1).entries()) {
      if (write.key !== key) continue;
      const now = at + 2;
      entry =
        write.value === undefined
          ? undefined
          : { key, value: write.value, revision: now, created: entry?.created ?? now, version: (entry?.version ?? 0) + 1 };
    }
    return entry;
  }

  list(prefix: string, revision: number): Plain[] {
    const keys = [...new Set(this.#writes.map(({ key }) => key))].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => this.get(key, revision)).filter((entry) => entry !== undefined);
  }

  changes(prefix: string, from: number): Plain[] {
    return this.#writes
      .map(({ key, value }, at) => {
        const previous = this.get(key, at + 1);
        return {
          key,
          revision: at + 2,
          value,
          previous: previous?.['value'],
          previousRevision: previous?.['revision'],
          created: previous === undefined,
        };
      })
      .filter(({ key, revision }) => key.startsWith(prefix) && revision >= from);
  }
}

const key = fc.constantFrom('/a/1', '/a/2', '/a/3', '/b/1', '/b/2', '/c');
const prefix = fc.constantFrom('', '/a/', '/b/', '/c', '/d');
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

type Operation =
  | { readonly do: 'put'; readonly key: string; readonly stale: boolean }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'list'; readonly prefix: string; readonly at: number; readonly limit: number; readonly after: string }
  | { readonly do: 'watch'; readonly prefix: string; readonly at: number }
  | { readonly do: 'compact'; readonly at: number }
  | { readonly do: 'reopen' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('put' as const), key, stale: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      prefix,
      at: fraction,
      limit: fc.integer({ min: 1, max: 4 }),
      after: fc.oneof(key, fc.constant('')),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('watch' as const), prefix, at: fraction }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), at: fraction }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface Watched {
  readonly prefix: string;
  readonly from: number;
  readonly recorder: Recorder;
}

/** Does the same to a store and to the model, and compares. */
class Comparison {
  readonly #model = new Model();
  #subject: Subject;
  /** Writes that were sent and not waited for, each with what must come of it. */
  #sent: { readonly result: Promise<CommitResult>; readonly expected: Plain }[] = [];
  #watched: Watched[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    for (const [at, next] of operations.entries()) {
      if (next.do === 'put') this.#put(next.key, `${at}`, next.stale);
      else if (next.do === 'delete') this.#delete(next.key);
      else await this.#settleAnd(next);
    }
    await this.#settle();
    for (const { prefix: of, from, recorder } of this.#watched) {
      const expected = this.#model.changes(of, from);
      if (from < this.#model.floor) await this.#prefixOf(recorder, expected);
      else assert.deepEqual(await recorder.until(expected.length), expected);
    }
  }

  dispose(): Promise<void> {
    return this.#subject.dispose();
  }

  #put(name: string, value: string, stale: boolean): void {
    const current = this.#model.get(name);
    const revision = current?.['revision'];
    const expected = typeof revision === 'number' ? revision : 'absent';
    if (stale) {
      // A queued write may follow before the answer is given: only that it is a conflict is certain.
      this.#sent.push({
        result: put(this.#subject.store, name, value, expected === 'absent' ? 1 : 'absent'),
        expected: { conflict: true },
      });
    } else {
      this.#sent.push({
        result: put(this.#subject.store, name, value, expected),
        expected: { ok: true, revision: this.#model.write(name, value) },
      });
    }
  }

  #delete(name: string): void {
    const revision = this.#model.get(name)?.['revision'];
    const known = typeof revision === 'number';
    const result = this.#subject.store.commit({ key: name, delete: true, expected: known ? revision : 1 });
    this.#sent.push({ result, expected: known ? { ok: true, revision: this.#model.write(name, undefined) } : { conflict: true } });
  }

  async #settle(): Promise<void> {
    for (const { result, expected } of this.#sent) {
      const { current: _, ...rest } = await result;
      assert.deepEqual(rest, expected);
    }
    this.#sent = [];
  }

  async #settleAnd(next: Exclude<Operation, { do: 'put' | 'delete' }>): Promise<void> {
    // A watch must also stand among writes under way, so it does not wait for them.
    if (next.do === 'watch') {
      const from = 1 + Math.round(next.at * this.#model.revision);
      this.#watched.push({ prefix: next.prefix, from, recorder: new Recorder(this.#subject.store, next.prefix, from) });
      return;
    }
    await this.#settle();
    if (next.do === 'list') await this.#list(next);
    else if (next.do === 'compact') await this.#compact(Math.max(1, Math.round(next.at * this.#model.revision)));
    else await this.#reopen();
  }

  async #list({ prefix: of, at, limit, after }: Operation & { do: 'list' }): Promise<void> {
    const revision = Math.max(1, Math.round(at * this.#model.revision));
    const listing = this.#subject.store.list(of, { revision, limit, after: after === '' ? undefined : after });
    if (revision < this.#model.floor) {
      await assert.rejects(listing, CompactedError);
      return;
    }
    const expected = this.#model.list(of, revision).filter((entry) => after === '' || String(entry['key']) > after);
    const { entries, remaining } = await listing;
    assert.deepEqual(entries.map(plainEntry), expected.slice(0, limit));
    assert.equal(remaining, Math.max(0, expected.length - limit));
  }

  async #compact(revision: number): Promise<void> {
    await this.#subject.store.compact(revision);
    this.#model.floor = Math.max(this.#model.floor, revision);
  }

  /** Every watch must have been delivered a prefix of its changes; a watch from there on gets the rest. */
  async #reopen(): Promise<void> {
    if (this.#subject.reopen === undefined) return;
    this.#subject = await this.#subject.reopen();
    const resumed: Watched[] = [];
    for (const { prefix: of, from, recorder } of this.#watched) {
      const count = await this.#prefixOf(recorder, this.#model.changes(of, from));
      const last = recorder.changes[count - 1]?.['revision'];
      const next = typeof last === 'number' ? last + 1 : from;
      resumed.push({ prefix: of, from: next, recorder: new Recorder(this.#subject.store, of, next) });
    }
    this.#watched = resumed;
    assert.equal(await this.#subject.store.progress(), this.#model.revision);
  }

  async #prefixOf(recorder: Recorder, expected: readonly Plain[]): Promise<number> {
    recorder.handle.close();
    await recorder.handle.ended;
    assert.deepEqual(recorder.changes, expected.slice(0, recorder.changes.length));
    return recorder.changes.length;
  }
}

/** Random commits, deletions, lists, watches, compactions and reopenings end as the model says. */
export async function modelProperty(open: OpenSubject, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.array(operation, { maxLength: 60, size: 'max' }), async (operations) => {
    const comparison = new Comparison(await open(new VirtualClock()));
    try {
      await comparison.run(operations);
    } finally {
      await comparison.dispose();
    }
  });
  await fc.assert(property, { numRuns });
}
