import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint, EndpointSlice } from './endpoint-slice.ts';
import { endpointKey, packEndpoints } from './slice-packing.ts';

const endpoint = (number: number, ready = true): Endpoint => ({ addresses: [`10.0.0.${number}`], conditions: { ready } });
const slice = (name: string, numbers: readonly number[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name },
  addressType: 'IPv4',
  endpoints: numbers.map((number) => endpoint(number)),
  ports: [],
});
const never = { maxPerSlice: 4, mustWrite: () => false };

test('new endpoints fill slices that are written anyway, then one that has room for all, then a new one', () => {
  const full = slice('full', [1, 2, 3, 4]);
  const roomy = slice('roomy', [5, 6]);
  const packed = packEndpoints(
    [full, roomy],
    [1, 2, 3, 4, 5, 6, 7].map((number) => endpoint(number)),
    never,
  );
  assert.deepEqual(
    packed.update.map(({ slice: { metadata } }) => metadata.name),
    ['roomy'],
  );
  assert.deepEqual(packed.unchanged, [full]);
  const more = packEndpoints(
    [full, roomy],
    [1, 2, 3, 5, 6, 7, 8].map((number) => endpoint(number)),
    never,
  );
  assert.deepEqual(
    more.update.map(({ slice: { metadata }, endpoints }) => [metadata.name, endpoints.length]),
    [
      ['full', 4],
      ['roomy', 3],
    ],
  );
});

test('whatever was there, afterwards each wanted endpoint is there once, and no slice is too large', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(numbers, numbers, (before, wanted) => {
      const existing = [slice('a', before.slice(0, 4)), slice('b', before.slice(4, 8)), slice('c', before.slice(8, 10))];
      const { update, create, remove, unchanged } = packEndpoints(
        existing,
        wanted.map((number) => endpoint(number)),
        never,
      );
      const after = [...update.map(({ endpoints }) => endpoints), ...create, ...unchanged.map(({ endpoints }) => endpoints)];
      assert.deepEqual(after.flat().map(endpointKey).sort(), wanted.map((number) => endpointKey(endpoint(number))).sort());
      assert.ok(after.every((endpoints) => endpoints.length <= 4));
      assert.equal(update.length + remove.length + unchanged.length, existing.length);
    }),
  );
});
