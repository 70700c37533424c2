// ReplicaSets, Deployments and Jobs as a user sees them with upstream's kubectl, their Pods in real containers.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUSYBOX, startE2eCluster } from './cluster.ts';
import type { E2eCluster, Finished } from './cluster.ts';
import { busyboxDockerArchive } from './images.ts';
import { FOREVER, pod, podSpec } from './manifests.ts';

const LIMIT_MS = 120_000;

const says = (wanted: string | RegExp) => (answer: Finished) =>
  typeof wanted === 'string' ? answer.stdout === wanted : wanted.test(answer.stdout);

function workload(kind: 'ReplicaSet' | 'Deployment', name: string, replicas: number, more: object = {}, script = FOREVER): object {
  const template = { metadata: { labels: { app: name } }, spec: podSpec(script) };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: name } }, template, ...more },
  };
}

function job(name: string, script: string, spec: object): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: podSpec(script, { restartPolicy: 'OnFailure', ...spec }) } },
  };
}

describe('workloads', { concurrency: 4, timeout: 420_000 }, () => {
  let cluster: E2eCluster;

  before(async () => {
    cluster = await startE2eCluster({ name: `work-${process.pid}` });
    // The same program under other names, so that a Deployment has images to change to.
    const folder = await mkdtemp(join(tmpdir(), 'tyke-workloads-'));
    for (const tag of ['v2', 'v3']) {
      const archive = join(folder, `${tag}.tar`);
      await writeFile(archive, await busyboxDockerArchive({ name: `docker.io/library/busybox:${tag}` }));
      const loaded = await cluster.tyke('image', 'load', archive);
      assert.equal(loaded.code, 0, loaded.stderr);
    }
    await rm(folder, { recursive: true });
  });
  after(() => cluster?.delete());

  const ready = (kind: string, name: string, count: number): Promise<Finished> =>
    cluster.eventually(
      `${name} has ${count} ready`,
      ['get', kind, name, '-o', 'jsonpath={.status.replicas} {.status.readyReplicas}'],
      says(`${count} ${count}`),
      LIMIT_MS,
    );
  const liveNames = async (label: string): Promise<string[]> => {
    const { items } = JSON.parse(await cluster.ok('get', 'pods', '-l', label, '-o', 'json')) as {
      items: { metadata: { name: string; deletionTimestamp?: string } }[];
    };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name)
      .toSorted();
  };

  test('a ReplicaSet replaces what is deleted, adopts a matching orphan and releases a relabelled Pod', async () => {
    await cluster.apply(workload('ReplicaSet', 'frontend', 3));
    await ready('rs', 'frontend', 3);
    assert.match(
      await cluster.ok('get', 'rs', 'frontend'),
      /^NAME {7}DESIRED {3}CURRENT {3}READY {3}AGE\nfrontend {3}3 {9}3 {9}3 {7}\d+s\n$/,
    );
    const first = await liveNames('app=frontend');
    assert.ok(
      first.every((name) => /^frontend-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(name)),
      first.join(),
    );

    const [deleted = '', released = ''] = first;
    await cluster.ok('delete', 'pod', deleted, '--wait=false');
    await cluster.eventually(
      'another takes its place',
      ['get', 'rs', 'frontend', '-o', 'jsonpath={.status.readyReplicas}'],
      says('3'),
      LIMIT_MS,
    );
    await cluster.ok('wait', '--for=delete', `pod/${deleted}`, '--timeout=60s');
    await ready('rs', 'frontend', 3);

    await cluster.ok('label', 'pod', released, 'app=other', '--overwrite');
    await ready('rs', 'frontend', 3);
    await cluster.eventually(
      'the relabelled Pod has no owner',
      ['get', 'pod', released, '-o', 'jsonpath={.metadata.ownerReferences}'],
      says(''),
    );
    assert.equal((await liveNames('app=frontend')).length, 3);
    assert.ok(!(await liveNames('app=frontend')).includes(released));

    await cluster.ok('label', 'pod', released, 'app=frontend', '--overwrite');
    await cluster.eventually(
      'one too many goes',
      ['get', 'pods', '-l', 'app=frontend', '-o', 'name'],
      ({ stdout }) => stdout.trim().split('\n').length === 3,
      LIMIT_MS,
    );

    await cluster.ok('delete', 'rs', 'frontend', '--cascade=orphan');
    const orphans = await liveNames('app=frontend');
    assert.equal(orphans.length, 3);
    await cluster.eventually(
      'orphans have no owner',
      ['get', 'pods', '-l', 'app=frontend', '-o', 'jsonpath={.items[*].metadata.ownerReferences}'],
      says(''),
    );
    await cluster.apply(workload('ReplicaSet', 'frontend', 3));
    await ready('rs', 'frontend', 3);
    assert.deepEqual(await liveNames('app=frontend'), orphans);
    assert.equal(
      await cluster.ok('get', 'pods', '-l', 'app=frontend', '-o', 'jsonpath={.items[*].metadata.ownerReferences[*].name}'),
      'frontend frontend frontend',
    );
    const events = await cluster.ok(
      'get',
      'events',
      '--field-selector',
      'involvedObject.kind=ReplicaSet,involvedObject.name=frontend',
      '-o',
      'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}',
    );
    assert.match(events, /^SuccessfulCreate: Created pod: frontend-\w{5}$/m);
    assert.match(events, /^SuccessfulDelete: Deleted pod: frontend-\w{5}$/m);
    await cluster.ok('delete', 'rs', 'frontend');
    await cluster.eventually('its Pods go with it', ['get', 'pods', '-l', 'app=frontend', '-o', 'name'], says(''), LIMIT_MS);
  });

  test('a crashed container of a ReplicaSet is restarted in its Pod', async () => {
    await cluster.apply(workload('ReplicaSet', 'steady', 1));
    await ready('rs', 'steady', 1);
    const [name = ''] = await liveNames('app=steady');
    await cluster.kubectl('exec', name, '--', 'kill', '-TERM', '1');
    await cluster.eventually(
      'the container is restarted',
      ['get', 'pod', name, '-o', 'jsonpath={.status.containerStatuses[0].restartCount}'],
      says('1'),
      LIMIT_MS,
    );
    await ready('rs', 'steady', 1);
    assert.deepEqual(await liveNames('app=steady'), [name]);
    await cluster.ok('delete', 'rs', 'steady', '--wait=false');
  });

  test('a Deployment is created, scaled, changed, followed, undone, paused, resumed and restarted', async () => {
    assert.equal(
      await cluster.ok('create', 'deployment', 'web', `--image=${BUSYBOX}`, '--replicas=2', '--', 'sh', '-c', FOREVER),
      'deployment.apps/web created\n',
    );
    assert.match(await cluster.ok('rollout', 'status', 'deployment/web'), /deployment "web" successfully rolled out\n$/);
    assert.match(
      await cluster.ok('get', 'deployment', 'web'),
      /^NAME {3}READY {3}UP-TO-DATE {3}AVAILABLE {3}AGE\nweb {4}2\/2 {5}2 {12}2 {11}\d+s\n$/,
    );
    assert.equal(await cluster.ok('scale', 'deployment', 'web', '--replicas=3'), 'deployment.apps/web scaled\n');
    await ready('deployment', 'web', 3);

    assert.equal(await cluster.ok('set', 'image', 'deployment/web', 'busybox=busybox:v2'), 'deployment.apps/web image updated\n');
    const followed = await cluster.ok('rollout', 'status', 'deployment/web');
    assert.match(
      followed,
      /^Waiting for deployment "web" (rollout to finish: \d+ out of 3 new replicas have been updated|spec update to be observed)\.\.\.$/m,
    );
    assert.match(followed, /deployment "web" successfully rolled out\n$/);
    assert.equal(
      await cluster.ok('rollout', 'history', 'deployment/web'),
      'deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n',
    );
    assert.match(
      await cluster.ok('rollout', 'history', 'deployment/web', '--revision=2'),
      /^deployment\.apps\/web with revision #2\nPod Template:\n {2}Labels:\tapp=web\n\tpod-template-hash=\w+\n {2}Containers:\n {3}busybox:\n {4}Image:\tbusybox:v2\n/,
    );
    const image = ['get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'];
    assert.equal(await cluster.ok('rollout', 'undo', 'deployment/web'), 'deployment.apps/web rolled back\n');
    await cluster.ok('rollout', 'status', 'deployment/web');
    assert.equal(await cluster.ok(...image), BUSYBOX);
    assert.equal(
      await cluster.ok('rollout', 'history', 'deployment/web'),
      'deployment.apps/web \nREVISION  CHANGE-CAUSE\n2         <none>\n3         <none>\n\n',
    );

    assert.equal(await cluster.ok('rollout', 'pause', 'deployment/web'), 'deployment.apps/web paused\n');
    await cluster.ok('set', 'image', 'deployment/web', 'busybox=busybox:v3');
    await cluster.eventually(
      'the paused change is seen',
      ['get', 'deployment', 'web', '-o', 'jsonpath={.metadata.generation} {.status.observedGeneration} {.status.updatedReplicas}'],
      ({ stdout }) => /^(\d+) \1 ?0?$/.test(stdout.trim()),
    );
    assert.match(
      (await cluster.kubectl('rollout', 'undo', 'deployment/web')).stderr,
      /cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again\n$/,
    );
    assert.equal(await cluster.ok('rollout', 'resume', 'deployment/web'), 'deployment.apps/web resumed\n');
    await cluster.ok('rollout', 'status', 'deployment/web');
    const before = await liveNames('app=web');
    assert.equal(await cluster.ok('rollout', 'restart', 'deployment/web'), 'deployment.apps/web restarted\n');
    await cluster.ok('rollout', 'status', 'deployment/web');
    await cluster.eventually(
      'every Pod is new',
      ['get', 'pods', '-l', 'app=web', '-o', 'name'],
      ({ stdout }) => before.every((name) => !stdout.includes(name)),
      LIMIT_MS,
    );
    assert.match(
      await cluster.ok('describe', 'deployment', 'web'),
      /ScalingReplicaSet .*Scaled (up|down) replica set web-\w+ from \d to \d$/m,
    );
    assert.equal(await cluster.ok('delete', 'deployment', 'web'), 'deployment.apps "web" deleted from default namespace\n');
    await cluster.eventually('ReplicaSets and Pods go with it', ['get', 'rs,pods', '-l', 'app=web', '-o', 'name'], says(''), LIMIT_MS);
  });

  test('Recreate lets the old Pods end before new ones start', async () => {
    await cluster.apply(workload('Deployment', 'again', 2, { strategy: { type: 'Recreate' } }));
    await cluster.ok('rollout', 'status', 'deployment/again');
    await cluster.ok('set', 'image', 'deployment/again', 'main=busybox:v2');
    await cluster.ok('rollout', 'status', 'deployment/again');
    const { items } = JSON.parse(await cluster.ok('get', 'pods', '-l', 'app=again', '-o', 'json')) as {
      items: { spec: { containers: { image: string }[] } }[];
    };
    assert.deepEqual(
      items.map(({ spec }) => spec.containers[0]?.image),
      ['busybox:v2', 'busybox:v2'],
    );
    const events = await cluster.ok(
      'get',
      'events',
      '--field-selector',
      'involvedObject.kind=Deployment,involvedObject.name=again',
      '-o',
      'jsonpath={range .items[*]}{.message}{"\\n"}{end}',
    );
    assert.deepEqual(
      events
        .trim()
        .split('\n')
        .map((line) => line.replace(/again-\w+/, 'again'))
        .toSorted(),
      ['Scaled down replica set again from 2 to 0', 'Scaled up replica set again from 0 to 2', 'Scaled up replica set again from 0 to 2'],
    );
    await cluster.ok('delete', 'deployment', 'again', '--wait=false');
  });

  test('a Deployment that comes no further says so', async () => {
    await cluster.apply(workload('Deployment', 'stuck', 1));
    await cluster.ok('rollout', 'status', 'deployment/stuck');
    await cluster.ok('patch', 'deployment', 'stuck', '-p', '{"spec":{"progressDeadlineSeconds":3}}');
    await cluster.ok('set', 'image', 'deployment/stuck', 'main=busybox:absent');
    const condition = 'jsonpath={range .status.conditions[?(@.type=="Progressing")]}{.status} {.reason}: {.message}{end}';
    const { stdout } = await cluster.eventually(
      'the deadline passes',
      ['get', 'deployment', 'stuck', '-o', condition],
      says(/ProgressDeadlineExceeded/),
      LIMIT_MS,
    );
    assert.match(stdout, /^False ProgressDeadlineExceeded: ReplicaSet "stuck-\w+" has timed out progressing\.$/);
    const status = await cluster.kubectl('rollout', 'status', 'deployment/stuck');
    assert.equal(status.code, 1);
    assert.equal(status.stderr, 'error: deployment "stuck" exceeded its progress deadline\n');
    assert.equal(await cluster.ok('get', 'deployment', 'stuck', '-o', 'jsonpath={.status.availableReplicas}'), '1');
    await cluster.ok('delete', 'deployment', 'stuck', '--wait=false');
  });

  test('the Job hello runs to Complete', async () => {
    await cluster.apply(job('hello', 'echo "Hello, Kubernetes!" && sleep 1', {}));
    assert.equal(await cluster.ok('wait', '--for=condition=Complete', 'job/hello', '--timeout=120s'), 'job.batch/hello condition met\n');
    assert.match(
      await cluster.ok('get', 'job', 'hello'),
      /^NAME {4}STATUS {5}COMPLETIONS {3}DURATION {3}AGE\nhello {3}Complete {3}1\/1 {11}\d+s {9}\d+s\n$/,
    );
    assert.equal(await cluster.ok('logs', 'job/hello'), 'Hello, Kubernetes!\n');
    assert.match(await cluster.ok('get', 'pods', '-l', 'batch.kubernetes.io/job-name=hello'), /^hello-\w{5} +0\/1 +Completed +0 /m);
    assert.equal(
      await cluster.ok('get', 'job', 'hello', '-o', 'jsonpath={.status.succeeded} {.status.conditions[*].type}'),
      '1 SuccessCriteriaMet Complete',
    );
    assert.equal(await cluster.ok('delete', 'job', 'hello'), 'job.batch "hello" deleted from default namespace\n');
    await cluster.eventually('its Pod goes with it', ['get', 'pods', '-l', 'job-name=hello', '-o', 'name'], says(''), LIMIT_MS);
  });

  test('a Job whose Pods restart always is refused', async () => {
    const refused = await cluster.apply(job('refused', 'true', { restartPolicy: undefined })).then(() => '', String);
    assert.match(
      refused,
      /The Job "refused" is invalid: spec\.template\.spec\.restartPolicy: Required value: valid values: "OnFailure", "Never"\n$/,
    );
  });

  test('a Job gives up when its back-off limit is reached', async () => {
    const manifest = job('hopeless', 'exit 1', { restartPolicy: 'Never' }) as { spec: object };
    await cluster.apply({ ...manifest, spec: { ...manifest.spec, backoffLimit: 0 } });
    await cluster.ok('wait', '--for=condition=Failed', 'job/hopeless', '--timeout=120s');
    assert.equal(
      await cluster.ok(
        'get',
        'job',
        'hopeless',
        '-o',
        'jsonpath={.status.conditions[?(@.type=="Failed")].reason}: {.status.conditions[?(@.type=="Failed")].message}',
      ),
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
  });

  test('a Pod that fits nowhere says why', async () => {
    await cluster.apply(pod('huge', FOREVER, {}, { resources: { requests: { cpu: '1000' } } }));
    const { stdout } = await cluster.eventually(
      'it is told',
      [
        'get',
        'pod',
        'huge',
        '-o',
        'jsonpath={.status.conditions[?(@.type=="PodScheduled")].reason}: {.status.conditions[?(@.type=="PodScheduled")].message}',
      ],
      says(/Unschedulable/),
    );
    assert.equal(
      stdout,
      'Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    );
    assert.match(await cluster.ok('get', 'pod', 'huge'), /^huge +0\/1 +Pending +0 /m);
  });
});
