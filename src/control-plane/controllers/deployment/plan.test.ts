import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import { plan } from './plan.ts';

const NOW = Date.UTC(2026, 0, 2);
const labels = { app: 'web' };
const template = (image: string) => ({ metadata: { labels }, spec: { containers: [{ name: 'a', image, resources: {} }] } });

const deploymentOf = (replicas: number, spec: Partial<Deployment['spec']> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', uid: 'd', generation: 1 },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: template('new') as Deployment['spec']['template'],
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
    ...spec,
  },
  status: {},
});

function setOf(name: string, image: string, replicas: number, available: number, desired: number, max: number): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      uid: name,
      creationTimestamp: `2026-01-01T00:00:0${name.length}Z`,
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(desired),
        'deployment.kubernetes.io/max-replicas': String(max),
        'deployment.kubernetes.io/revision': image === 'new' ? '2' : '1',
      },
    },
    spec: { replicas, template: template(image) as ReplicaSet['spec']['template'] },
    status: { replicas, availableReplicas: available, terminatingReplicas: 0 },
  };
}

const sizes = (sets: readonly ReplicaSet[], deployment: Deployment): Record<string, number> => {
  const { update, create } = plan({ deployment, sets, pods: [], nowMs: NOW });
  const next = new Map(sets.map(({ metadata, spec }) => [metadata.name ?? '', spec.replicas ?? 0]));
  for (const { set } of [...update, ...(create === undefined ? [] : [create])]) next.set(set.metadata.name ?? '', set.spec.replicas ?? 0);
  return Object.fromEntries(next);
};

test('scaling in the middle of a rollout is spread in proportion, the rest to the largest', () => {
  const sets = [setOf('old', 'old', 8, 8, 10, 13), setOf('newest', 'new', 5, 0, 10, 13)];
  assert.deepEqual(sizes(sets, deploymentOf(15)), { old: 11, newest: 7 });
  assert.deepEqual(sizes(sets, deploymentOf(0)), { old: 0, newest: 0 });
});

test('a scaled Deployment notes its size on every ReplicaSet, so that it scales once', () => {
  const sets = [setOf('old', 'old', 8, 8, 10, 13), setOf('newest', 'new', 5, 0, 10, 13)];
  const { update } = plan({ deployment: deploymentOf(15), sets, pods: [], nowMs: NOW });
  assert.ok(update.every(({ set }) => set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'] === '15'));
  assert.deepEqual(
    update.map(({ event }) => event),
    ['Scaled up replica set old from 8 to 11', 'Scaled up replica set newest from 5 to 7'],
  );
});

test('Pods of the old template that do not serve go first', () => {
  const sets = [setOf('old', 'old', 10, 5, 10, 13), setOf('newest', 'new', 3, 0, 10, 13)];
  assert.deepEqual(
    sizes(sets, deploymentOf(10)),
    { old: 8, newest: 3 },
    'two of the five that are unavailable: more would go below eight in all',
  );
});

test('a rollout never exceeds surge, never takes more than may be unavailable, and comes to its end', () => {
  const count = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.array(count, { maxLength: 40 }),
      (replicas, maxSurge, maxUnavailable, luck) => {
        const deployment = deploymentOf(replicas, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } });
        const most = replicas + maxSurge;
        const least = replicas - (maxSurge === 0 && maxUnavailable === 0 ? 1 : Math.min(replicas, maxUnavailable));
        let sets = [setOf('old', 'old', replicas, replicas, replicas, most), setOf('newest', 'new', 0, 0, replicas, most)];
        for (const ready of [...luck, ...Array.from({ length: 60 }, () => 12)]) {
          const next = sizes(sets, deployment);
          sets = sets.map((set) => {
            const size = next[set.metadata.name ?? ''] ?? 0;
            const before = set.status.availableReplicas ?? 0;
            // Deletion takes Pods that do not serve first; new ones become available with luck.
            const availableReplicas = Math.min(size, set.metadata.name === 'old' ? before : before + ready);
            return {
              ...set,
              metadata: { ...set.metadata },
              spec: { ...set.spec, replicas: size },
              status: { ...set.status, replicas: size, availableReplicas },
            };
          });
          assert.ok((next['old'] ?? 0) + (next['newest'] ?? 0) <= most, `at most ${most}`);
          assert.ok(sets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0) >= least, `at least ${least}`);
        }
        assert.deepEqual(
          sets.map(({ spec }) => spec.replicas),
          [0, replicas],
        );
      },
    ),
  );
});

test('of a template that was there before the ReplicaSet is taken up again, under the next revision', () => {
  const [old, current] = [setOf('older', 'new', 0, 0, 3, 6), setOf('newest', 'old', 3, 3, 3, 6)];
  const again = {
    ...old,
    metadata: { ...old.metadata, annotations: { ...old.metadata.annotations, 'deployment.kubernetes.io/revision': '1' } },
  };
  const latest = {
    ...current,
    metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, 'deployment.kubernetes.io/revision': '2' } },
  };
  const { create, update, next } = plan({ deployment: deploymentOf(3), sets: [again, latest], pods: [], nowMs: NOW });
  assert.equal(create, undefined);
  const taken = update.find(({ set }) => set.metadata.name === 'older')?.set.metadata.annotations;
  assert.deepEqual([taken?.['deployment.kubernetes.io/revision'], taken?.['deployment.kubernetes.io/revision-history']], ['3', '1']);
  assert.equal(next?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
});
