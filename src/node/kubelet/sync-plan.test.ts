import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { NO_VERDICTS } from './probes/verdicts.ts';
import type { ProbeVerdicts } from './probes/verdicts.ts';
import type { PodRuntime, RuntimeContainer } from './runtime-state.ts';
import { NOTHING_RUNS } from './runtime-state.ts';
import { exampleContainer, examplePod, exampleRuntime, exampleSandbox, exited } from './runtime-fixture.ts';
import type { PodPlan } from './sync-plan.ts';
import { planPod } from './sync-plan.ts';

const settled: PodPlan = { killPod: false, sandbox: undefined, kill: [], startEphemeral: [], startInit: [], start: [] };
const failing = (probe: 'liveness' | 'startup', id: string): ProbeVerdicts => ({
  ...NO_VERDICTS,
  [probe]: (asked: string) => (asked === id ? 'failure' : 'success'),
});
const two = {
  containers: [
    { name: 'a', image: 'x' },
    { name: 'b', image: 'x' },
  ],
};
const initial = {
  initContainers: [
    { name: 'i', image: 'x' },
    { name: 'j', image: 'x' },
  ],
};
const sidecar = {
  initContainers: [
    { name: 's', image: 'x', restartPolicy: 'Always' },
    { name: 'j', image: 'x' },
  ],
};

test('a new Pod gets a sandbox and its containers, or its first init container', () => {
  const sandbox = { attempt: 0, replaces: false };
  assert.deepEqual(planPod(examplePod(two), NOTHING_RUNS, NO_VERDICTS), { ...settled, killPod: true, sandbox, start: ['a', 'b'] });
  assert.deepEqual(planPod(examplePod(initial), NOTHING_RUNS, NO_VERDICTS), { ...settled, killPod: true, sandbox, startInit: ['i'] });
});

test('a Pod whose containers run needs nothing', () => {
  const pod = examplePod(two);
  assert.deepEqual(planPod(pod, exampleRuntime(exampleContainer(pod, 'a'), exampleContainer(pod, 'b')), NO_VERDICTS), settled);
});

test('a broken sandbox is replaced, with everything in it', () => {
  const pod = examplePod(two);
  const containers = [exampleContainer(pod, 'a'), exampleContainer(pod, 'b')];
  const good = exampleSandbox({ attempt: 3 });
  for (const sandboxes of [
    [{ ...good, ready: false }],
    [{ ...good, ips: [] }],
    [{ ...good, hostNetwork: true }],
    [good, exampleSandbox({ id: 'older' })],
  ]) {
    const plan = planPod(pod, { sandboxes, containers }, NO_VERDICTS);
    assert.deepEqual(plan, { ...settled, killPod: true, sandbox: { attempt: 4, replaces: true }, start: ['a', 'b'] });
  }
});

test('a lost sandbox of a Pod that never restarts ends the Pod', () => {
  const pod = examplePod({ restartPolicy: 'Never' });
  const lost: PodRuntime = { sandboxes: [exampleSandbox({ ready: false })], containers: [exampleContainer(pod, 'main', exited(0))] };
  assert.deepEqual(planPod(pod, lost, NO_VERDICTS), { ...settled, killPod: true });
  // Before any container was made, it is simply tried again.
  assert.deepEqual(planPod(pod, { ...lost, containers: [] }, NO_VERDICTS).sandbox, { attempt: 1, replaces: true });
});

test('what succeeded under OnFailure does not run again in a new sandbox', () => {
  const pod = examplePod({ ...two, restartPolicy: 'OnFailure' });
  const containers = [exampleContainer(pod, 'a', exited(0)), exampleContainer(pod, 'b', exited(1))];
  assert.deepEqual(planPod(pod, { sandboxes: [exampleSandbox({ ready: false })], containers }, NO_VERDICTS).start, ['b']);
  const done = containers.map((container) => ({ ...container, exitCode: 0 }));
  assert.deepEqual(planPod(pod, { sandboxes: [exampleSandbox({ ready: false })], containers: done }, NO_VERDICTS), {
    ...settled,
    killPod: true,
  });
});

test('an ended container starts again as its policy says', () => {
  for (const [restartPolicy, exitCode, again] of [
    ['Always', 0, true],
    ['Always', 1, true],
    ['OnFailure', 0, false],
    ['OnFailure', 1, true],
    ['Never', 0, false],
    ['Never', 1, false],
  ] as const) {
    const pod = examplePod({ ...two, restartPolicy });
    const plan = planPod(pod, exampleRuntime(exampleContainer(pod, 'a'), exampleContainer(pod, 'b', exited(exitCode))), NO_VERDICTS);
    assert.deepEqual(plan, { ...settled, start: again ? ['b'] : [] }, `${restartPolicy} ${exitCode}`);
  }
});

test('a Pod whose containers are all done is ended, its sidecars too', () => {
  const pod = examplePod({ ...sidecar, restartPolicy: 'Never' });
  const runtime = exampleRuntime(
    exampleContainer(pod, 'main', exited(0)),
    exampleContainer(pod, 's', exited(1)),
    exampleContainer(pod, 'j', exited(0)),
  );
  assert.deepEqual(planPod(pod, runtime, NO_VERDICTS), { ...settled, killPod: true });
});

test('a container of an unknown state is ended before it is started', () => {
  const pod = examplePod();
  const unknown = exampleContainer(pod, 'main', { state: 'unknown' });
  const plan = planPod(pod, exampleRuntime(unknown), NO_VERDICTS);
  assert.deepEqual(plan.start, ['main']);
  assert.deepEqual(plan.kill, [
    { container: unknown, message: 'Container is in "unknown" state, try killing it before restart', reason: 'other' },
  ]);
});

test('a failed probe and a new image end a container, and the policy says whether it runs again', () => {
  for (const [restartPolicy, start, suffix] of [
    ['Always', ['main'], ', will be restarted'],
    ['Never', [], ''],
  ] as const) {
    const pod = examplePod({ restartPolicy });
    const running = exampleContainer(pod, 'main');
    for (const probe of ['liveness', 'startup'] as const) {
      const plan = planPod(pod, exampleRuntime(running), failing(probe, running.id));
      assert.deepEqual(plan.kill, [{ container: running, message: `Container main failed ${probe} probe${suffix}`, reason: probe }]);
      assert.deepEqual(plan.start, start);
    }
    const changed = planPod(pod, exampleRuntime({ ...running, hash: 'other' }), NO_VERDICTS);
    assert.equal(changed.kill[0]?.message, 'Container main definition changed, will be restarted');
    assert.deepEqual(changed.start, ['main']);
  }
});

test('init containers run one after another, and hold back the rest', () => {
  const pod = examplePod(initial);
  const at = (...containers: RuntimeContainer[]): PodPlan => planPod(pod, exampleRuntime(...containers), NO_VERDICTS);
  assert.deepEqual(at(), { ...settled, startInit: ['i'] });
  assert.deepEqual(at(exampleContainer(pod, 'i')), settled);
  assert.deepEqual(at(exampleContainer(pod, 'i', exited(0))), { ...settled, startInit: ['j'] });
  assert.deepEqual(at(exampleContainer(pod, 'i', exited(1))), { ...settled, startInit: ['i'] });
  assert.deepEqual(at(exampleContainer(pod, 'j', exited(0))), { ...settled, start: ['main'] });
  assert.deepEqual(at(exampleContainer(pod, 'main')), settled);
});

test('an init container that fails for good ends the Pod', () => {
  const pod = examplePod({ ...initial, restartPolicy: 'Never' });
  assert.deepEqual(planPod(pod, exampleRuntime(exampleContainer(pod, 'i', exited(1))), NO_VERDICTS), { ...settled, killPod: true });
});

test('a sidecar lets the next ones start as soon as it runs, and is kept running', () => {
  const pod = examplePod(sidecar);
  const at = (...containers: RuntimeContainer[]): PodPlan => planPod(pod, exampleRuntime(...containers), NO_VERDICTS);
  assert.deepEqual(at(), { ...settled, startInit: ['s'] });
  assert.deepEqual(at(exampleContainer(pod, 's')), { ...settled, startInit: ['j'] });
  assert.deepEqual(at(exampleContainer(pod, 's'), exampleContainer(pod, 'j', exited(0))), { ...settled, start: ['main'] });
  assert.deepEqual(at(exampleContainer(pod, 'main'), exampleContainer(pod, 's', exited(0)), exampleContainer(pod, 'j', exited(0))), {
    ...settled,
    startInit: ['s'],
  });
});

test('a sidecar with a startup probe holds the others back until it succeeds', () => {
  const spec = { initContainers: [{ name: 's', image: 'x', restartPolicy: 'Always', startupProbe: { exec: { command: ['true'] } } }] };
  const pod = examplePod(spec);
  const running = exampleContainer(pod, 's');
  const at = (verdict: 'success' | 'unknown' | 'failure'): PodPlan =>
    planPod(pod, exampleRuntime(running), { ...NO_VERDICTS, startup: () => verdict });
  assert.deepEqual(at('unknown'), settled);
  assert.deepEqual(at('success'), { ...settled, start: ['main'] });
  assert.deepEqual(at('failure').kill, [{ container: running, message: 'Init container s failed startup probe', reason: 'startup' }]);
});

test('ephemeral containers start once, whatever the others do', () => {
  const pod = examplePod({ ...initial, ephemeralContainers: [{ name: 'e', image: 'x' }] });
  assert.deepEqual(planPod(pod, exampleRuntime(exampleContainer(pod, 'i')), NO_VERDICTS).startEphemeral, ['e']);
  const ended = exampleRuntime(exampleContainer(pod, 'i'), exampleContainer(pod, 'e', exited(1)));
  assert.deepEqual(planPod(pod, ended, NO_VERDICTS).startEphemeral, []);
});

test('no plan starts what runs, nor anything of a Pod that is being deleted', () => {
  const state = fc.constantFrom('none', 'created', 'running', 'exited', 'unknown');
  const policy = fc.constantFrom('Always', 'OnFailure', 'Never');
  fc.assert(
    fc.property(
      policy,
      fc.array(fc.tuple(state, fc.integer({ min: 0, max: 2 })), { minLength: 4, maxLength: 4 }),
      fc.boolean(),
      (restartPolicy, states, deleted) => {
        const metadata = deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
        const pod = examplePod({ ...two, ...sidecar, restartPolicy }, { metadata });
        const containers = ['s', 'j', 'a', 'b'].flatMap((name, index) => {
          const [is = 'none', exitCode = 0] = states[index] ?? [];
          return is === 'none' ? [] : [exampleContainer(pod, name, is === 'exited' ? exited(exitCode) : { state: is })];
        });
        const plan = planPod(pod, exampleRuntime(...containers), NO_VERDICTS);
        const killed = new Set(plan.kill.map(({ container }) => container.name));
        for (const name of [...plan.start, ...plan.startInit]) {
          assert.ok(killed.has(name) || containers.find((each) => each.name === name)?.state !== 'running', name);
        }
        if (deleted) assert.deepEqual(plan.start, []);
        if (plan.start.length > 0) assert.equal(plan.killPod, false);
        assert.equal(new Set(plan.startInit).size, plan.startInit.length);
      },
    ),
  );
});
