import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Pod } from '../../api/core/v1/pod.ts';
import { printTime } from '../../machinery/timestamp.ts';
import { decideClaim } from './claim.ts';
import { podNamePrefix } from './pod-control.ts';
import { byDispensability, deletionCost } from './pod-ranking.ts';
import { planReplicas, replicaStatus } from './replicas-plan.ts';

const NOW = Date.UTC(2026, 0, 2);

interface Shape {
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly cost?: string;
  readonly ageMs?: number;
  readonly restarts?: number;
}

const podOf = (name: string, { node, phase = 'Running', ready = false, cost, ageMs = 3_600_000, restarts = 0 }: Shape = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    uid: name,
    labels: { app: 'web' },
    creationTimestamp: printTime(NOW - ageMs),
    ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
  },
  spec: { containers: [], ...(node === undefined ? {} : { nodeName: node }) },
  status: {
    phase,
    conditions: ready ? [{ type: 'Ready', status: 'True', lastProbeTime: '', lastTransitionTime: printTime(NOW - ageMs) }] : [],
    containerStatuses: [{ name: 'a', restartCount: restarts, ready, image: '', imageID: '', state: {}, lastState: {} }],
  } as Pod['status'],
});

const order = (pods: readonly Pod[], related: readonly Pod[] = []): string =>
  byDispensability(pods, related, NOW)
    .map(({ metadata }) => metadata.name)
    .join(' ');

test('Pods that do least are spared first', () => {
  const pods = [
    podOf('ready', { node: 'n', ready: true }),
    podOf('unready', { node: 'n' }),
    podOf('pending', { node: 'n', phase: 'Pending' }),
    podOf('unassigned', { phase: 'Pending' }),
    podOf('cheap', { node: 'n', ready: true, cost: '-5' }),
    podOf('young', { node: 'n', ready: true, ageMs: 1000 }),
    podOf('restarted', { node: 'n', ready: true, restarts: 4 }),
  ];
  assert.equal(order(pods), 'unassigned pending unready cheap young restarted ready');
});

test('of equal Pods the one with more neighbours goes, and ages of one magnitude are decided by uid', () => {
  const pods = [podOf('lonely', { node: 'a', ready: true }), podOf('crowded', { node: 'b', ready: true })];
  assert.equal(order(pods, [...pods, podOf('other', { node: 'b' })]), 'crowded lonely');
  assert.equal(
    order([podOf('b', { node: 'n', ready: true, ageMs: 3_000_000 }), podOf('a', { node: 'n', ready: true, ageMs: 3_100_000 })]),
    'a b',
  );
});

test('a cost that is no plain number of 32 bits counts as none', () => {
  assert.deepEqual(
    ['5', '-7', '+3', '007', '2147483648', 'x', ''].map((cost) => deletionCost(podOf('p', { cost }))),
    [5, -7, 0, 0, 0, 0, 0],
  );
});

test('a plan creates or deletes just what is missing or too much, at most 500', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 0, max: 60 }), (replicas, count) => {
      const active = Array.from({ length: count }, (_, index) => podOf(`p${index}`));
      const { create, remove } = planReplicas(replicas, active, [], NOW);
      assert.equal(create, Math.min(500, Math.max(0, replicas - count)));
      assert.equal(remove.length, Math.max(0, count - replicas));
      assert.equal(new Set(remove).size, remove.length);
    }),
  );
});

test('a failure is told once and taken back when it is over', () => {
  const wanted = { replicas: 2, minReadySeconds: 0, template: undefined };
  const failed = replicaStatus(wanted, [], { active: [podOf('a', { ready: true })], nowMs: NOW, failure: new Error('exceeded quota') });
  assert.deepEqual(failed.conditions, [
    {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: '2026-01-02T00:00:00Z',
      reason: 'FailedCreate',
      message: 'exceeded quota',
    },
  ]);
  assert.equal(failed.readyReplicas, 1);
  const again = replicaStatus(wanted, failed.conditions, { active: [], nowMs: NOW + 5000, failure: new Error('another') });
  assert.equal(again.conditions, failed.conditions);
  assert.equal(replicaStatus(wanted, failed.conditions, { active: [], nowMs: NOW, failure: undefined }).conditions, undefined);
});

test('who keeps, adopts, releases and ignores whom', () => {
  const owner = podOf('owner');
  const going = { ...owner, metadata: { ...owner.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const ownedBy = (uid: string): Pod => ({
    ...podOf('x'),
    metadata: { uid: 'x', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'owner', uid, controller: true }] },
  });
  assert.deepEqual(
    [
      decideClaim(owner, ownedBy('owner'), true),
      decideClaim(owner, ownedBy('owner'), false),
      decideClaim(owner, ownedBy('stranger'), true),
      decideClaim(owner, podOf('orphan'), true),
      decideClaim(owner, podOf('orphan'), false),
      decideClaim(owner, { ...podOf('orphan'), metadata: going.metadata }, true),
      decideClaim(going, podOf('orphan'), true),
      decideClaim(going, ownedBy('owner'), false),
    ],
    ['keep', 'release', 'ignore', 'adopt', 'ignore', 'ignore', 'ignore', 'ignore'],
  );
});

test('names of Pods start with the name of their owner', () => {
  assert.equal(podNamePrefix('web'), 'web-');
  assert.equal(podNamePrefix('a'.repeat(253)), 'a'.repeat(253));
});
