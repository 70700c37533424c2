import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lease } from '../api/coordination/v1/lease.ts';
import { aborted } from '../base/abort.ts';
import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { conflictError, notFoundError } from '../machinery/status-error.ts';
import { leadWhenElected } from './leader-election.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const of = { group: 'coordination.k8s.io', resource: 'leases' };

/** One lease with optimistic concurrency; a candidate whose name is in `cut` gets no answer. */
class Leases {
  readonly clock = new VirtualClock();
  readonly cut = new Set<string>();
  /** How long answers to writes are under way. */
  answerMs = 0;
  lease: Lease | undefined;
  #revision = 0;

  candidate(identity: string, signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const transport = new ScriptedTransport(({ verb, body, signal: inner }) => {
      if (this.cut.has(identity)) return aborted(inner).then(() => Promise.reject(inner.reason));
      if (verb === 'get') {
        if (this.lease === undefined) throw notFoundError(of, 'x');
        return this.lease;
      }
      const next = body?.object as Lease;
      if (verb === 'update' && next.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
        throw conflictError(of, 'x', 'changed');
      const written = (this.lease = { ...next, metadata: { ...next.metadata, resourceVersion: String(++this.#revision) } });
      return this.answerMs === 0 ? written : this.clock.sleep(this.answerMs, inner).then(() => written);
    });
    const parts = { client: new Client(transport), clock: this.clock, logger: silentLogger };
    return leadWhenElected({ key: { namespace: 'kube-system', name: 'x' }, identity }, parts, signal, lead).catch(() => {});
  }
}

test('one candidate leads, and another takes over only after the first has stopped', async () => {
  const leases = new Leases();
  const end = new AbortController();
  const story: string[] = [];
  const lead = (name: string) => async (signal: AbortSignal) => {
    story.push(`${name} leads`);
    await aborted(signal);
    story.push(`${name} stops`);
  };
  const first = leases.candidate('first', end.signal, lead('first'));
  await leases.clock.settle();
  const second = leases.candidate('second', end.signal, lead('second'));
  await leases.clock.advance(60_000);
  assert.deepEqual(story, ['first leads']);
  leases.cut.add('first');
  await leases.clock.advance(60_000);
  assert.deepEqual(story, ['first leads', 'first stops', 'second leads']);
  assert.deepEqual([leases.lease?.spec.holderIdentity, leases.lease?.spec.leaseTransitions], ['second', 1]);
  end.abort(new DOMException('over', 'AbortError'));
  await Promise.all([first, second]);
  assert.equal(story.at(-1), 'second stops');
});

test('a leader that ends by itself ends its term', async () => {
  const leases = new Leases();
  await leases.candidate('only', new AbortController().signal, () => Promise.resolve());
  assert.equal(leases.lease?.spec.holderIdentity, 'only');
});

test('a leader whose renewals are answered late stops before another may begin', async () => {
  const leases = new Leases();
  const end = new AbortController();
  const story: string[] = [];
  const lead = (name: string) => async (signal: AbortSignal) => {
    story.push(`${name} leads`);
    await aborted(signal);
    story.push(`${name} stops`);
  };
  leases.answerMs = 9_000;
  const first = leases.candidate('first', end.signal, lead('first'));
  await leases.clock.settle();
  const second = leases.candidate('second', end.signal, lead('second'));
  await leases.clock.advance(9_000);
  assert.deepEqual(story, ['first leads']);
  leases.cut.add('first');
  leases.answerMs = 0;
  await leases.clock.advance(60_000);
  assert.deepEqual(story, ['first leads', 'first stops', 'second leads']);
  end.abort(new DOMException('over', 'AbortError'));
  await Promise.all([first, second]);
});
