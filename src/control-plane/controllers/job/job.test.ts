import assert from 'node:assert/strict';
import { test } from 'node:test';
import { job as jobKind } from '../../../api/batch/v1/job.ts';
import type { Job } from '../../../api/batch/v1/job.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { allControllers } from '../all.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import type { ControllersFixture } from '../controllers-fixture.ts';

const managed = allControllers({ rootCa: 'CA' }).filter(
  ({ name }) => name === 'job-controller' || name === 'ttl-after-finished-controller',
);

async function open(t: { after(done: () => Promise<void>): void }): Promise<ControllersFixture> {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  return fixture;
}

const create = (fixture: ControllersFixture, spec: object = {}): Promise<Job> =>
  fixture.client.create(
    jobKind,
    {
      metadata: { name: 'hello', namespace: 'default' },
      spec: {
        manualSelector: true,
        selector: { matchLabels: { job: 'hello' } },
        template: {
          metadata: { labels: { job: 'hello', 'batch.kubernetes.io/job-name': 'hello' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'main' }] },
        },
        ...spec,
      },
    },
    { signal: fixture.signal },
  );

const get = async (fixture: ControllersFixture): Promise<Job> => (await fixture.get(jobKind, 'hello')) as Job;
const story = ({ status }: Job): string[] =>
  (status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value} ${reason}`);
const running = async (fixture: ControllersFixture): Promise<Pod[]> =>
  (await fixture.list(pod)).filter(
    ({ status, metadata }) => metadata.deletionTimestamp === undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed',
  );

/** Ends every Pod as `how` says, until the condition holds. */
async function playUntil(
  fixture: ControllersFixture,
  how: (pod: Pod) => 'Succeeded' | 'Failed',
  condition: () => Promise<boolean>,
): Promise<void> {
  await fixture.until(async () => {
    await fixture.reap();
    for (const each of await running(fixture)) await fixture.finish(each, how(each));
    await fixture.clock.settle();
    return condition();
  });
}

const isOver = async (fixture: ControllersFixture): Promise<boolean> =>
  (await get(fixture)).status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed') === true;

test('a Job runs to completion and counts each Pod once', async (t) => {
  const fixture = await open(t);
  await create(fixture, { completions: 5, parallelism: 2 });
  await fixture.until(async () => (await get(fixture)).status.active === 2);
  assert.deepEqual((await running(fixture))[0]?.metadata.finalizers, ['batch.kubernetes.io/job-tracking']);
  await playUntil(
    fixture,
    () => 'Succeeded',
    () => isOver(fixture),
  );
  const { status } = await get(fixture);
  assert.deepEqual(story(await get(fixture)), ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached']);
  assert.equal(status.succeeded, 5);
  assert.ok(status.startTime !== undefined && status.completionTime !== undefined);
  assert.deepEqual({ ...status.uncountedTerminatedPods }, {});
  assert.equal(status.ready, 0);
  assert.equal(status.terminating, 0);
  assert.ok((await fixture.list(pod)).every(({ metadata }) => metadata.finalizers === undefined));
  assert.ok((await fixture.events()).includes('Completed: Job completed'));
  assert.deepEqual(fixture.failures, []);
});

test('failures back off, and end the Job beyond backoffLimit', async (t) => {
  const fixture = await open(t);
  await create(fixture, { backoffLimit: 2 });
  const startMs = fixture.clock.now();
  await playUntil(
    fixture,
    () => 'Failed',
    () => isOver(fixture),
  );
  assert.deepEqual(story(await get(fixture)), ['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
  assert.equal((await get(fixture)).status.failed, 3);
  assert.ok(fixture.clock.now() - startMs >= 30_000, 'ten seconds, then twenty');
  assert.ok((await fixture.events()).includes('BackoffLimitExceeded: Job has reached the specified backoff limit'));
});

test('an Indexed Job gives every index a Pod of its own', async (t) => {
  const fixture = await open(t);
  await create(fixture, { completionMode: 'Indexed', completions: 4, parallelism: 4 });
  await fixture.until(async () => (await running(fixture)).length === 4);
  const pods = (await running(fixture)).toSorted((a, b) => ((a.spec.hostname ?? '') < (b.spec.hostname ?? '') ? -1 : 1));
  assert.deepEqual(
    pods.map(({ spec }) => spec.hostname),
    ['hello-0', 'hello-1', 'hello-2', 'hello-3'],
  );
  const first = pods[0];
  assert.equal(first?.metadata.annotations?.['batch.kubernetes.io/job-completion-index'], '0');
  assert.equal(first?.metadata.labels?.['batch.kubernetes.io/job-completion-index'], '0');
  assert.match(first?.metadata.name ?? '', /^hello-0-.{5}$/);
  assert.equal(
    first?.spec.containers[0]?.env?.[0]?.valueFrom?.fieldRef?.fieldPath,
    "metadata.labels['batch.kubernetes.io/job-completion-index']",
  );
  for (const each of pods.slice(0, 3)) await fixture.finish(each, 'Succeeded');
  await fixture.until(async () => (await get(fixture)).status.completedIndexes === '0-2');
  await playUntil(
    fixture,
    () => 'Succeeded',
    () => isOver(fixture),
  );
  assert.equal((await get(fixture)).status.completedIndexes, '0-3');
});

test('an index fails by itself where failures are limited per index', async (t) => {
  const fixture = await open(t);
  await create(fixture, { completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 1 });
  const isFirst = ({ metadata }: Pod): boolean => metadata.labels?.['batch.kubernetes.io/job-completion-index'] === '0';
  await playUntil(
    fixture,
    (each) => (isFirst(each) ? 'Failed' : 'Succeeded'),
    () => isOver(fixture),
  );
  const { status } = await get(fixture);
  assert.deepEqual([status.failedIndexes, status.completedIndexes, status.failed, status.succeeded], ['0', '1', 2, 1]);
  assert.deepEqual(story(await get(fixture)), ['FailureTarget=True FailedIndexes', 'Failed=True FailedIndexes']);
});

test('a success policy ends the Job early, a failure policy at once', async (t) => {
  const fixture = await open(t);
  await create(fixture, {
    completionMode: 'Indexed',
    completions: 3,
    parallelism: 3,
    successPolicy: { rules: [{ succeededIndexes: '0' }] },
  });
  await fixture.until(async () => (await running(fixture)).length === 3);
  for (const each of await running(fixture)) if (each.spec.hostname === 'hello-0') await fixture.finish(each, 'Succeeded');
  await fixture.until(async () => (await fixture.reap(), isOver(fixture)));
  assert.deepEqual(story(await get(fixture)), ['SuccessCriteriaMet=True SuccessPolicy', 'Complete=True SuccessPolicy']);
  assert.equal((await get(fixture)).status.conditions?.[1]?.message, 'Matched rules at index 0');

  const other = await open(t);
  await create(other, { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] } });
  await other.until(async () => (await running(other)).length === 1);
  const [only] = await running(other);
  if (only !== undefined) await other.finish(only, 'Failed', 42);
  await other.until(() => isOver(other));
  assert.equal(
    (await get(other)).status.conditions?.find(({ type }) => type === 'Failed')?.message,
    `Container main for pod default/${only?.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
  );
});

test('suspending ends the Pods uncounted, resuming starts anew', async (t) => {
  const fixture = await open(t);
  const hello = await create(fixture, { parallelism: 2, completions: 2 });
  await fixture.until(async () => (await get(fixture)).status.active === 2);
  await fixture.client.patch(jobKind, keyOf(hello), { spec: { suspend: true } }, { type: 'merge', signal: fixture.signal });
  await fixture.until(
    async () => story(await get(fixture)).includes('Suspended=True JobSuspended') && (await running(fixture)).length === 0,
  );
  assert.equal((await get(fixture)).status.startTime, undefined);
  await fixture.client.patch(jobKind, keyOf(hello), { spec: { suspend: false } }, { type: 'merge', signal: fixture.signal });
  await playUntil(
    fixture,
    () => 'Succeeded',
    () => isOver(fixture),
  );
  assert.ok(story(await get(fixture)).includes('Suspended=False JobResumed'));
  assert.equal((await get(fixture)).status.failed ?? 0, 0);
});

test('a deadline ends the Job, and its time to live deletes it', async (t) => {
  const fixture = await open(t);
  await create(fixture, { activeDeadlineSeconds: 30, ttlSecondsAfterFinished: 60 });
  await fixture.until(async () => (await fixture.reap(), isOver(fixture)));
  const failed = (await get(fixture)).status.conditions?.find(({ type }) => type === 'Failed');
  assert.deepEqual([failed?.reason, failed?.message], ['DeadlineExceeded', 'Job was active longer than specified deadline']);
  await fixture.until(async () => (await fixture.get(jobKind, 'hello'))?.metadata.deletionTimestamp !== undefined);
});

test('Pods that outlive their Job are no longer tracked', async (t) => {
  const fixture = await open(t);
  const hello = await create(fixture);
  await fixture.until(async () => (await running(fixture)).length === 1);
  await fixture.client.delete(jobKind, keyOf(hello), { signal: fixture.signal });
  await fixture.until(async () => (await fixture.list(pod)).every(({ metadata }) => metadata.finalizers === undefined));
});
