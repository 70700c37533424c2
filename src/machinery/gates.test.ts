import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pod } from '../api/core/v1/pod.ts';
import { zeroOf } from './canonical.ts';
import { dropGated, GATES_OFF } from './gates.ts';
import { field, inline, int32, lazy, list, map, string, struct } from './schema.ts';
import type { Draft, Infer } from './schema.ts';

const handler = struct('test.Handler', { signal: string({ gate: 'Off' }), path: string({ gate: 'On' }) });
const item = struct('test.Item', {
  name: string({ presence: 'always' }),
  stop: string({ gate: 'Off' }),
  handler: field(handler, { presence: 'pointer' }),
});
const tree: Parameters<typeof lazy>[0] = () => node;
const node = struct('test.Node', { left: field(lazy(tree), { presence: 'pointer' }), weight: int32({ gate: 'Off' }) });
const whole = struct('test.Whole', {
  items: list(item),
  named: map(item),
  texts: list(string()),
  embedded: inline(struct('test.Embedded', { secret: string({ gate: 'Off' }) })),
});
type Whole = Infer<typeof whole>;
const OFF = new Set(['Off']);

const full = (): Draft<Whole> => ({
  items: [
    { name: 'a', stop: 's', handler: { signal: 'x', path: '/' } },
    { name: 'b', handler: { signal: 'y' } },
  ],
  named: { k: { name: 'c', stop: 't' } },
  texts: ['t'],
  secret: 'x',
});

test('fields of features that are off are dropped, wherever they are', () => {
  const draft = full();
  dropGated(whole, draft, undefined, OFF);
  assert.deepEqual(draft, {
    items: [
      { name: 'a', handler: { path: '/' } },
      // Nothing was left of its handler.
      { name: 'b' },
    ],
    named: { k: { name: 'c' } },
    texts: ['t'],
  });
});

test('a field that the old object uses anywhere is kept everywhere', () => {
  const draft = full();
  dropGated(whole, draft, { items: [{ name: 'z', handler: { signal: 'old' } }] }, OFF);
  assert.deepEqual(
    draft.items?.map((each) => each.handler?.signal),
    ['x', 'y'],
  );
  assert.equal(draft.items?.[0]?.stop, undefined);
  assert.equal(draft.secret, undefined);
});

test('nothing is dropped while the gates are on, and structs that hold themselves are walked once', () => {
  const draft = full();
  dropGated(whole, draft, undefined, new Set());
  assert.deepEqual(draft, full());
  const recursive = { weight: 1, left: { weight: 2 } };
  dropGated(node, recursive, undefined, OFF);
  assert.equal(recursive.weight, undefined);
});

test('gates of Kubernetes 1.36 that are off hide their fields of Pods', () => {
  assert.ok(GATES_OFF.has('ContainerStopSignals'));
  const draft = { ...zeroOf(pod.struct), metadata: { name: 'a' } };
  draft.spec = { ...draft.spec, containers: [{ name: 'c', resources: {}, lifecycle: { stopSignal: 'SIGUSR1', preStop: {} } }] };
  dropGated(pod.struct, draft, undefined);
  assert.deepEqual(draft.spec.containers[0]?.lifecycle, { preStop: {} });
});
