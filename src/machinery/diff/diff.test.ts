import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatDifferences, structuralDiff } from './structural-diff.ts';
import { threeWayDiff } from './three-way-diff.ts';

const deployment = (image: string, replicas: number): object => ({
  metadata: { name: 'web', annotations: { 'a.io/b': 'x' }, resourceVersion: image },
  spec: { replicas, containers: [{ name: 'app', image, resources: { limits: { cpu: '1' } } }, { name: 'side' }] },
});

describe('structural differences', () => {
  test('say the path and both values, items paired by name', () => {
    const after = { ...deployment('v2', 3), kind: 'Deployment' };
    assert.deepEqual(structuralDiff(deployment('v1', 3), after), [
      { path: 'metadata.resourceVersion', before: 'v1', after: 'v2' },
      { path: 'spec.containers[name=app].image', before: 'v1', after: 'v2' },
      { path: 'kind', before: undefined, after: 'Deployment' },
    ]);
  });

  test('equal quantities, empty lists and reordered items are no difference', () => {
    const limits = (cpu: string): object => ({ resources: { limits: { cpu } } });
    assert.deepEqual(structuralDiff(limits('1'), limits('1000m')), []);
    assert.deepEqual(structuralDiff({ a: [] }, {}), []);
    assert.deepEqual(structuralDiff({ a: [{ name: 'x' }, { name: 'y' }] }, { a: [{ name: 'y' }, { name: 'x' }] }), []);
  });

  test('keys that are no plain word are quoted', () => {
    assert.deepEqual(structuralDiff({ 'a.io/b': 1 }, { 'a.io/b': 2 }), [{ path: '["a.io/b"]', before: 1, after: 2 }]);
  });

  test('print one line each', () => {
    assert.equal(formatDifferences(structuralDiff({ a: 1, b: [1] }, { a: 2, c: 'x' })), '~ a: 1 → 2\n- b: [1]\n+ c: "x"\n');
  });

  test('a value never differs from itself, and differences point both ways', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        assert.deepEqual(structuralDiff(a, a), []);
        const there = structuralDiff(a, b).map(({ path }) => path);
        assert.deepEqual(new Set(structuralDiff(b, a).map(({ path }) => path)), new Set(there));
      }),
    );
  });
});

describe('three-way differences', () => {
  test('tell own changes, overwritten ones and drift apart', () => {
    const diff = threeWayDiff(
      { spec: { replicas: 1, paused: false, image: 'v1' } },
      { spec: { replicas: 5, paused: true, image: 'v1', defaulted: 'x' }, status: { ready: 1 } },
      { spec: { replicas: 2, paused: true, image: 'v2', defaulted: 'x' } },
    );
    assert.deepEqual(diff, {
      changes: [
        { path: 'spec.replicas', before: 5, after: 2, overwrites: true },
        { path: 'spec.image', before: 'v1', after: 'v2', overwrites: false },
      ],
      drift: [{ path: 'spec.paused', before: false, after: true }],
    });
  });
});
