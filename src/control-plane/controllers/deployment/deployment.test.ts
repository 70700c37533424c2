import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../../../api/apps/v1/deployment.ts';
import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import { replicaSet } from '../../../api/apps/v1/replica-set.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import type { ControllersFixture } from '../controllers-fixture.ts';
import { allControllers } from '../all.ts';

const managed = allControllers({ rootCa: 'CA' }).filter(({ name }) => name === 'replicaset-controller' || name === 'deployment-controller');

const createWeb = (fixture: ControllersFixture, spec: object = {}): Promise<Deployment> =>
  fixture.client.create(
    deployment,
    {
      metadata: { name: 'web', namespace: 'default', annotations: { team: 'blue' } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
        ...spec,
      },
    },
    { signal: fixture.signal },
  );

const get = async (fixture: ControllersFixture): Promise<Deployment> => (await fixture.get(deployment, 'web')) as Deployment;

/** Plays the kubelet until the condition holds. */
async function rollUntil(fixture: ControllersFixture, condition: () => Promise<boolean>): Promise<void> {
  await fixture.until(async () => {
    await fixture.reap();
    for (const each of await fixture.list(pod))
      if (each.spec.nodeName === undefined && each.metadata.deletionTimestamp === undefined) await fixture.makeReady(each);
    await fixture.clock.settle();
    return condition();
  });
}

const isComplete = async (fixture: ControllersFixture): Promise<boolean> => {
  const { status, metadata, spec } = await get(fixture);
  const { updatedReplicas, replicas, availableReplicas, observedGeneration, conditions = [] } = status;
  const counts = [updatedReplicas, replicas, availableReplicas].every((count) => (count ?? 0) === spec.replicas);
  return counts && observedGeneration === metadata.generation && conditions.some(({ reason }) => reason === 'NewReplicaSetAvailable');
};

const story = ({ status }: Deployment): string[] =>
  (status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value} ${reason}`).sort();

test('a Deployment makes a ReplicaSet, and completes', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  await createWeb(fixture);
  await fixture.until(async () => (await get(fixture)).status.replicas === 3);
  assert.deepEqual(story(await get(fixture)), ['Available=False MinimumReplicasUnavailable', 'Progressing=True ReplicaSetUpdated']);
  await rollUntil(fixture, () => isComplete(fixture));
  const web = await get(fixture);
  assert.deepEqual(story(web), ['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
  assert.equal(web.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
  const [set] = await fixture.list(replicaSet);
  const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
  assert.equal(set?.metadata.name, `web-${hash}`);
  assert.deepEqual(set?.metadata.annotations, {
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
    'deployment.kubernetes.io/revision': '1',
    team: 'blue',
  });
  assert.equal(set?.spec.selector?.matchLabels?.['pod-template-hash'], hash);
  assert.ok((await fixture.events()).includes(`ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`));
  assert.deepEqual(fixture.failures, []);
});

test('a new template rolls out without ever leaving the bounds, and the old revision comes back with its number raised', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const { client, signal } = fixture;
  const web = await createWeb(fixture, { replicas: 4 });
  await rollUntil(fixture, () => isComplete(fixture));
  const setImage = (image: string): Promise<Deployment> =>
    client.patch(
      deployment,
      keyOf(web),
      { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
      { type: 'strategic', signal },
    );
  await setImage('web:2');
  await rollUntil(fixture, async () => {
    const live = (await fixture.list(pod)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    assert.ok(live.length <= 5, `${live.length} Pods`);
    assert.ok(((await get(fixture)).status.availableReplicas ?? 0) >= 3);
    return isComplete(fixture);
  });
  assert.ok(
    (await fixture.list(pod)).every(
      ({ spec, metadata }) => metadata.deletionTimestamp !== undefined || spec.containers[0]?.image === 'web:2',
    ),
  );
  assert.equal((await get(fixture)).metadata.annotations?.['deployment.kubernetes.io/revision'], '2');
  await setImage('web:1');
  await rollUntil(
    fixture,
    async () => (await isComplete(fixture)) && (await fixture.list(pod)).every(({ spec }) => spec.containers[0]?.image === 'web:1'),
  );
  assert.equal((await get(fixture)).metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  const current = (await fixture.list(replicaSet)).find(({ spec }) => spec.replicas === 4);
  assert.equal(current?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
});

test('Recreate ends every old Pod before a new one starts', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const web = await createWeb(fixture, { strategy: { type: 'Recreate' } });
  await rollUntil(fixture, () => isComplete(fixture));
  await fixture.client.patch(
    deployment,
    keyOf(web),
    { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } },
    { type: 'strategic', signal: fixture.signal },
  );
  await rollUntil(fixture, async () => {
    const images = new Set((await fixture.list(pod)).map(({ spec }) => spec.containers[0]?.image));
    assert.ok(images.size <= 1);
    return images.has('web:2') && (await isComplete(fixture));
  });
});

test('a rollout that stands still exceeds its deadline; pausing is told', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const web = await createWeb(fixture, { progressDeadlineSeconds: 60 });
  await fixture.until(async () => story(await get(fixture)).includes('Progressing=False ProgressDeadlineExceeded'));
  const [set] = await fixture.list(replicaSet);
  assert.equal(
    (await get(fixture)).status.conditions?.find(({ type }) => type === 'Progressing')?.message,
    `ReplicaSet "${set?.metadata.name}" has timed out progressing.`,
  );
  await rollUntil(fixture, () => isComplete(fixture));
  await fixture.client.patch(deployment, keyOf(web), { spec: { paused: true } }, { type: 'merge', signal: fixture.signal });
  await fixture.until(async () => story(await get(fixture)).includes('Progressing=Unknown DeploymentPaused'));
  await fixture.client.patch(deployment, keyOf(web), { spec: { paused: false } }, { type: 'merge', signal: fixture.signal });
  await rollUntil(fixture, () => isComplete(fixture));
});

test('history beyond the limit is cleaned up', async (t) => {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  const web = await createWeb(fixture, { revisionHistoryLimit: 1, replicas: 1 });
  for (const image of ['web:2', 'web:3', 'web:4']) {
    await rollUntil(fixture, () => isComplete(fixture));
    await fixture.client.patch(
      deployment,
      keyOf(web),
      { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
      { type: 'strategic', signal: fixture.signal },
    );
    await rollUntil(
      fixture,
      async () => (await isComplete(fixture)) && (await fixture.list(pod)).every(({ spec }) => spec.containers[0]?.image === image),
    );
  }
  await fixture.until(async () => (await fixture.list(replicaSet)).length === 2);
});
