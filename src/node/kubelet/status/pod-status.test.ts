import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { PodStatus } from '../../../api/core/v1/pod-status.ts';
import { NO_VERDICTS } from '../probes/verdicts.ts';
import { NOTHING_RUNS } from '../runtime-state.ts';
import type { PodRuntime } from '../runtime-state.ts';
import { exampleContainer, examplePod, exampleRuntime, exited } from '../runtime-fixture.ts';
import { buildPodStatus } from './pod-status.ts';
import type { PodStatusFacts } from './pod-status.ts';
import { statusPatch } from './status-reporter.ts';

const NOW_MS = Date.UTC(2026, 0, 2);
const build = (pod: Pod, runtime: PodRuntime, more: Partial<PodStatusFacts> = {}): PodStatus =>
  buildPodStatus({ pod, runtime, failures: new Map(), verdicts: NO_VERDICTS, hostIPs: ['10.0.0.2'], nowMs: NOW_MS, ended: false, ...more });
const conditions = ({ conditions: list = [] }: PodStatus): string[] =>
  list.map(({ type, status, reason = '', message = '' }) => [type, status, reason, message].join('|'));

test('a Pod that has nothing yet waits for its containers', () => {
  const status = build(examplePod(), NOTHING_RUNS);
  assert.equal(status.phase, 'Pending');
  assert.deepEqual(status.containerStatuses?.[0]?.state, { waiting: { reason: 'ContainerCreating' } });
  assert.deepEqual(conditions(status), [
    'PodReadyToStartContainers|False||',
    'Initialized|True||',
    'Ready|False|ContainersNotReady|containers with unready status: [main]',
    'ContainersReady|False|ContainersNotReady|containers with unready status: [main]',
    'PodScheduled|True||',
  ]);
  assert.equal(status.startTime, '2026-01-02T00:00:00Z');
  assert.equal(status.observedGeneration, 1);
});

test('a running Pod is ready unless a probe or gate says otherwise', () => {
  const probe = { exec: { command: ['true'] } };
  const plain = examplePod();
  const running = build(plain, exampleRuntime(exampleContainer(plain, 'main')));
  assert.deepEqual(
    [running.phase, running.podIP, running.containerStatuses?.[0]?.ready, running.containerStatuses?.[0]?.started],
    ['Running', '10.244.0.2', true, true],
  );
  const probed = examplePod({ containers: [{ name: 'main', image: 'x', readinessProbe: probe, startupProbe: probe }] });
  const at = (startup: 'unknown' | 'success', readiness: 'failure' | 'success') => {
    const verdicts = { ...NO_VERDICTS, startup: () => startup, readiness: () => readiness };
    const [status] = build(probed, exampleRuntime(exampleContainer(probed, 'main')), { verdicts }).containerStatuses ?? [];
    return [status?.started, status?.ready];
  };
  assert.deepEqual(at('unknown', 'success'), [false, false]);
  assert.deepEqual(at('success', 'failure'), [true, false]);
  assert.deepEqual(at('success', 'success'), [true, true]);
  const gated = examplePod({ readinessGates: [{ conditionType: 'x/y' }] });
  assert.ok(
    conditions(build(gated, exampleRuntime(exampleContainer(gated, 'main')))).includes(
      'Ready|False|ReadinessGatesNotReady|corresponding condition of pod readiness gate "x/y" does not exist.',
    ),
  );
});

test('phases follow the ends of containers and the restart policy', () => {
  for (const [restartPolicy, exitCode, phase] of [
    ['Always', 0, 'Running'],
    ['Always', 1, 'Running'],
    ['OnFailure', 0, 'Succeeded'],
    ['OnFailure', 1, 'Running'],
    ['Never', 0, 'Succeeded'],
    ['Never', 1, 'Failed'],
  ] as const) {
    const pod = examplePod({ restartPolicy });
    assert.equal(build(pod, exampleRuntime(exampleContainer(pod, 'main', exited(exitCode)))).phase, phase, `${restartPolicy} ${exitCode}`);
  }
  const pod = examplePod();
  assert.equal(build(pod, exampleRuntime(exampleContainer(pod, 'main', exited(137))), { ended: true }).phase, 'Failed');
  assert.equal(build(pod, exampleRuntime(exampleContainer(pod, 'main', exited(0))), { ended: true }).phase, 'Succeeded');
});

test('a Pod never leaves a terminal phase', () => {
  const pod = examplePod({}, { status: { phase: 'Failed', reason: 'Evicted', message: 'm' } });
  const { phase, reason, message } = build(pod, exampleRuntime(exampleContainer(pod, 'main')));
  assert.deepEqual([phase, reason, message], ['Failed', 'Evicted', 'm']);
});

test('a start that failed is told as waiting, with the end before it', () => {
  const pod = examplePod();
  const failures = new Map([['main', { reason: 'CrashLoopBackOff', message: 'back-off 10s' }]]);
  const [status] = build(pod, exampleRuntime(exampleContainer(pod, 'main', exited(7))), { failures }).containerStatuses ?? [];
  assert.deepEqual(status?.state, { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } });
  assert.equal(status.lastState.terminated?.exitCode, 7);
  // What runs has no failure any more.
  const [running] = build(pod, exampleRuntime(exampleContainer(pod, 'main')), { failures }).containerStatuses ?? [];
  assert.ok(running?.state.running !== undefined);
});

test('a container that vanished counts as ended', () => {
  const pod = examplePod();
  const before = build(pod, exampleRuntime(exampleContainer(pod, 'main')));
  const [status] = build({ ...pod, status: before }, NOTHING_RUNS).containerStatuses ?? [];
  assert.equal(status?.lastState.terminated?.reason, 'ContainerStatusUnknown');
  assert.equal(status?.restartCount, 1);
});

test('the same facts give the same status, and transition times stay', () => {
  const pod = examplePod();
  const runtime = exampleRuntime(exampleContainer(pod, 'main'));
  const first = build(pod, runtime);
  const second = build({ ...pod, status: first }, runtime, { nowMs: NOW_MS + 60_000 });
  assert.deepEqual(second, first);
  assert.equal(statusPatch(first, second), undefined);
});

test('a patch tells owned conditions whole, replaces addresses, and takes back what no longer holds', () => {
  const pod = examplePod({}, { status: { conditions: [{ type: 'x/y', status: 'True' }], reason: 'r', podIPs: [{ ip: '10.0.0.9' }] } });
  const patch = statusPatch(pod.status, build(pod, exampleRuntime(exampleContainer(pod, 'main')))) ?? {};
  assert.deepEqual(patch['podIPs'], [{ $patch: 'replace' }, { ip: '10.244.0.2' }]);
  assert.equal(patch['reason'], null);
  assert.ok(Array.isArray(patch['conditions']) && patch['conditions'].length === 5);
});
