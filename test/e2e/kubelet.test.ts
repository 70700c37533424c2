// The kubelet against a real containerd, from the creation of a Pod to the last trace of it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { pod as podKind } from '../../src/api/core/v1/pod.ts';
import { isPodReady } from '../../src/api/core/v1/pod-conditions.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { shutdownNode } from '../../src/node/kubelet/index.ts';
import { BUSYBOX_IMAGE } from './images.ts';
import { KubeletFixture } from './kubelet-fixture.ts';

describe('a kubelet on a node', { timeout: 240_000 }, () => {
  const node = new KubeletFixture();
  before(() => node.open());
  after(() => node.close());

  test('a Pod runs, is reported whole, and is gone after its deletion', async () => {
    await node.create('simple', 'echo hello; exec sleep 1000');
    const pod = await node.ready('simple');
    assert.equal(pod.status.phase, 'Running');
    assert.match(pod.status.podIP ?? '', /^10\./);
    assert.equal(pod.status.containerStatuses?.[0]?.restartCount, 0);
    assert.match(await node.log(pod), / stdout F hello\n/);
    await node.remove('simple');
    await node.until(async () => (await node.cri.listPodSandbox({}, { signal: node.signal })).items.length === 0, 'no sandbox to be left');
    const events = await node.events('simple');
    for (const wanted of ['Normal Pulled', 'Normal Created: Container created', 'Normal Started: Container started', 'Normal Killing']) {
      assert.ok(
        events.some((text) => text.startsWith(wanted)),
        `${wanted} in ${events.join('; ')}`,
      );
    }
  });

  test('init containers run in order, a sidecar beside what follows, and all end when the work is done', async () => {
    const init = (name: string, script: string, more = {}) => ({
      name,
      image: BUSYBOX_IMAGE,
      command: ['sh', '-c', script],
      volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
      ...more,
    });
    await node.create(
      'initialized',
      'cat /shared/out; test -e /shared/side || exit 3',
      {
        restartPolicy: 'Never',
        volumes: [{ name: 'shared', emptyDir: {} }],
        initContainers: [
          init('first', 'echo one >> /shared/out'),
          init('side', 'touch /shared/side; trap exit TERM; while :; do sleep 0.1; done', { restartPolicy: 'Always' }),
          init('second', 'sleep 0.3; echo two >> /shared/out'),
        ],
      },
      { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] },
    );
    const pod = await node.pod('initialized', ({ status }) => status.phase === 'Succeeded', 'to succeed');
    assert.match(await node.log(pod), /stdout F one\n.*stdout F two\n$/);
    assert.deepEqual(
      pod.status.initContainerStatuses?.map(({ name, state }) => `${name} ${state.terminated?.reason}`),
      ['first Completed', 'side Completed', 'second Completed'],
    );
    assert.deepEqual((pod.status.conditions ?? []).map(({ type, status, reason = '' }) => `${type} ${status} ${reason}`).toSorted(), [
      'ContainersReady False PodCompleted',
      'Initialized True PodCompleted',
      'PodReadyToStartContainers False ',
      'PodScheduled True ',
      'Ready False PodCompleted',
    ]);
    await node.remove('initialized');
  });

  test('a failing container is restarted at once, then held back', async () => {
    await node.create('crashing', 'echo dying; exit 7');
    const pod = await node.pod(
      'crashing',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff',
      'to be held back',
    );
    const [status] = pod.status.containerStatuses ?? [];
    assert.equal(pod.status.phase, 'Running');
    assert.equal(status?.restartCount, 1);
    assert.equal(status?.lastState.terminated?.exitCode, 7);
    assert.equal(status?.lastState.terminated?.reason, 'Error');
    const where = `crashing_default(${pod.metadata.uid})`;
    assert.equal(status?.state.waiting?.message, `back-off 10s restarting failed container=main pod=${where}`);
    assert.ok((await node.events('crashing')).includes(`Warning BackOff: Back-off restarting failed container main in pod ${where}`));
    await node.remove('crashing');
  });

  test('an image that is not to be had says so, then backs off', async () => {
    await node.create('imageless', '', {}, { image: 'registry.invalid/none:1', imagePullPolicy: 'IfNotPresent' });
    await node.create('misnamed', '', {}, { image: 'never-pulled:1', imagePullPolicy: 'Never' });
    await node.pod('imageless', ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'ErrImagePull', 'to fail');
    const pod = await node.pod(
      'imageless',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'ImagePullBackOff',
      'to back off',
    );
    assert.match(
      pod.status.containerStatuses?.[0]?.state.waiting?.message ?? '',
      /^Back-off pulling image "registry.invalid\/none:1": ErrImagePull: /,
    );
    assert.equal(pod.status.phase, 'Pending');
    const never = await node.pod(
      'misnamed',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'ErrImageNeverPull',
      'to refuse',
    );
    assert.equal(
      never.status.containerStatuses?.[0]?.state.waiting?.message,
      'Container image "never-pulled:1" is not present with pull policy of Never',
    );
    await Promise.all([node.remove('imageless'), node.remove('misnamed')]);
  });

  test('last words come from the file, or from the log where the policy says so', async () => {
    await node.create('worded', 'echo bye > /dev/termination-log; exit 1', { restartPolicy: 'Never' });
    await node.create(
      'logged',
      'echo from the log; exit 1',
      { restartPolicy: 'Never' },
      { terminationMessagePolicy: 'FallbackToLogsOnError' },
    );
    const worded = await node.pod('worded', ({ status }) => status.phase === 'Failed', 'to fail');
    assert.equal(worded.status.containerStatuses?.[0]?.state.terminated?.message, 'bye\n');
    const logged = await node.pod('logged', ({ status }) => status.phase === 'Failed', 'to fail');
    assert.equal(logged.status.containerStatuses?.[0]?.state.terminated?.message, 'from the log\n');
    await Promise.all([node.remove('worded'), node.remove('logged')]);
  });

  test('probes make ready and unready, and restart what does not live', async () => {
    const quick = { periodSeconds: 1, failureThreshold: 1 };
    await node.create(
      'readied',
      'sleep 1; touch /tmp/ok; sleep 1000',
      {},
      { readinessProbe: { exec: { command: ['cat', '/tmp/ok'] }, ...quick } },
    );
    await node.create(
      'served',
      'mkdir /www; echo hi > /www/index.html; exec httpd -f -p 8080 -h /www',
      {},
      {
        ports: [{ name: 'web', containerPort: 8080 }],
        startupProbe: { tcpSocket: { port: 'web' }, periodSeconds: 1 },
        readinessProbe: { httpGet: { port: 'web', path: '/index.html' }, ...quick },
        livenessProbe: { httpGet: { port: 8080, path: '/nothing' }, ...quick, initialDelaySeconds: 3 },
      },
    );
    await node.pod(
      'readied',
      ({ status }) => status.phase === 'Running' && status.containerStatuses?.[0]?.ready === false,
      'to run unready',
    );
    await node.ready('readied');
    await node.ready('served');
    await node.pod('served', ({ status }) => status.containerStatuses?.[0]?.restartCount === 1, 'to be restarted');
    const events = await node.events('served');
    assert.ok(events.includes('Warning Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404'), events.join('; '));
    assert.ok(events.includes('Normal Killing: Container main failed liveness probe, will be restarted'), events.join('; '));
    await Promise.all([node.remove('readied', 0), node.remove('served', 0)]);
  });

  test('a deadline ends a Pod, hooks run, and a container learns of its end', async () => {
    await node.create('late', 'sleep 1000', { activeDeadlineSeconds: 1 });
    const late = await node.pod('late', ({ status }) => status.phase === 'Failed', 'to fail');
    assert.equal(late.status.reason, 'DeadlineExceeded');
    assert.equal(late.status.message, 'Pod was active on the node longer than the specified deadline');
    const hooks = {
      postStart: { exec: { command: ['sh', '-c', 'echo begun > /proc/1/fd/1'] } },
      preStop: { exec: { command: ['sh', '-c', 'echo ending > /proc/1/fd/1'] } },
    };
    await node.create(
      'hooked',
      "trap 'echo ended; exit' TERM; while :; do sleep 0.1; done",
      { terminationGracePeriodSeconds: 10 },
      { lifecycle: hooks },
    );
    const hooked = await node.ready('hooked');
    await node.client.delete(podKind, { namespace: 'default', name: 'hooked' }, { signal: node.signal });
    let log = '';
    await node.until(
      async () => (await node.find('hooked')) === undefined || ((log = await node.log(hooked).catch(() => log)), false),
      'hooked to be gone',
    );
    assert.match(log, /begun\n[^]*ending\n[^]*ended\n/);
    await node.remove('late');
  });

  test('a container is who and has what its Pod says', async () => {
    const script =
      'id; cat /proc/self/status | grep -E "NoNewPrivs|Seccomp:"; cat /etc/hosts /etc/resolv.conf; hostname; touch /x || echo read-only; cat /sys/fs/cgroup/memory/memory.limit_in_bytes; sleep 1000';
    await node.create(
      'secured',
      script,
      {
        hostname: 'custom',
        subdomain: 'sub',
        hostAliases: [{ ip: '1.2.3.4', hostnames: ['alias'] }],
        securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [4000], runAsNonRoot: true },
      },
      {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        resources: { limits: { memory: '64Mi', cpu: '100m' } },
      },
    );
    const pod = await node.ready('secured');
    await node.until(async () => /67108864|No such/.test(await node.log(pod)), 'the log');
    const log = await node.log(pod);
    for (const part of [
      'uid=1000 gid=2000 groups=',
      '3000',
      '4000',
      'NoNewPrivs:\t1',
      'Seccomp:\t2',
      '1.2.3.4\talias',
      'custom.sub.default.svc.cluster.local\tcustom',
      'nameserver 10.96.0.10',
      'search default.svc.cluster.local svc.cluster.local cluster.local',
      'options ndots:5',
      'read-only',
    ]) {
      assert.ok(log.includes(part), `${part} in ${log}`);
    }
    assert.equal(pod.status.qosClass, 'Guaranteed');
    await node.create('rooted', 'true', { securityContext: { runAsNonRoot: true } });
    const rooted = await node.pod(
      'rooted',
      ({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError',
      'to be refused',
    );
    assert.match(
      rooted.status.containerStatuses?.[0]?.state.waiting?.message ?? '',
      /^container has runAsNonRoot and image will run as root \(pod: "rooted_default\(/,
    );
    await Promise.all([node.remove('secured'), node.remove('rooted')]);
  });

  test('a kubelet that comes back touches nothing that runs', async () => {
    await node.create('kept', 'sleep 1000', {}, { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 } });
    const before = await node.ready('kept');
    await node.stopKubelet();
    node.startKubelet();
    await node.create('fresh', 'sleep 1000');
    await node.ready('fresh');
    const now = await node.ready('kept');
    assert.deepEqual(now.status, before.status);
    await Promise.all([node.remove('kept', 0), node.remove('fresh')]);
  });

  test('what cannot run here is refused, and what is lost is made anew', async () => {
    await node.create('greedy', 'true', {}, { resources: { requests: { cpu: '1000' } } });
    const greedy = await node.pod('greedy', ({ status }) => status.phase === 'Failed', 'to be refused');
    assert.equal(greedy.status.reason, 'OutOfcpu');
    assert.match(
      greedy.status.message ?? '',
      /^Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000, used: 0, capacity: /,
    );
    await node.create('revived', 'sleep 1000');
    await node.ready('revived');
    const { items } = await node.cri.listPodSandbox({ filter: { state: { state: 'SANDBOX_READY' } } }, { signal: node.signal });
    for (const { id } of items) await node.cri.stopPodSandbox({ podSandboxId: id }, { signal: node.signal });
    await node.pod(
      'revived',
      ({ status }) => (status.containerStatuses?.[0]?.restartCount ?? 0) > 0 && isPodReady({ status }),
      'to run in a new sandbox',
    );
    assert.ok((await node.events('revived')).includes('Normal SandboxChanged: Pod sandbox changed, it will be killed and re-created.'));
    await Promise.all([node.remove('greedy'), node.remove('revived')]);
  });

  test('a Pod that the API forgot while the kubelet was away is ended, and nothing of it stays', async () => {
    await node.create(
      'forgotten',
      'sleep 1000',
      { hostNetwork: true, volumes: [{ name: 'v', emptyDir: {} }] },
      { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
    );
    const pod = await node.ready('forgotten');
    assert.equal(pod.status.podIP, node.scope.cidrs.address);
    await node.stopKubelet();
    await node.remove('forgotten', 0);
    node.startKubelet();
    const { uid = '' } = pod.metadata;
    const group = `${node.scope.cgroupRoot}/kubepods/besteffort/pod${uid}`;
    const traces = async (): Promise<string[]> => {
      const { containers } = await node.cri.listContainers({}, { signal: node.signal });
      const paths = [
        ...node.scope.cgroups.hierarchies.map(({ mount }) => mount + group),
        node.scope.hostPath(`${node.scope.folders.kubelet}/pods/${uid}`),
        node.scope.hostPath(`${node.scope.folders.podLogs}/default_forgotten_${uid}`),
      ];
      return [...containers.map(({ id }) => id), ...paths.filter((path) => existsSync(path))];
    };
    await node.until(async () => (await traces()).length === 0, 'every trace to be gone');
  });

  test('an ephemeral container joins a running Pod, and one that needs too much memory is ended by the kernel', async () => {
    await node.create('joined', 'sleep 1000');
    await node.create('hungry', 'tail /dev/zero', { restartPolicy: 'Never' }, { resources: { limits: { memory: '16Mi' } } });
    const before = await node.ready('joined');
    const ephemeralContainers = [
      { name: 'debug', image: BUSYBOX_IMAGE, command: ['sh', '-c', 'ps; sleep 1000'], targetContainerName: 'main' },
    ];
    const key = { namespace: 'default', name: 'joined' };
    await node.client.patch(
      podKind,
      key,
      { spec: { ephemeralContainers } },
      { type: 'strategic', subresource: 'ephemeralcontainers', signal: node.signal },
    );
    const joined = await node.pod(
      'joined',
      ({ status }) => status.ephemeralContainerStatuses?.[0]?.state.running !== undefined,
      'to be joined',
    );
    assert.equal(joined.status.containerStatuses?.[0]?.containerID, before.status.containerStatuses?.[0]?.containerID);
    await node.until(async () => /sleep 1000/.test(await node.log(joined, 'debug')), 'the processes of main to be seen');
    const hungry = await node.pod('hungry', ({ status }) => status.phase === 'Failed', 'to be ended');
    assert.deepEqual(hungry.status.containerStatuses?.[0]?.state.terminated?.reason, 'OOMKilled');
    assert.equal(hungry.status.containerStatuses[0].state.terminated.exitCode, 137);
    await Promise.all([node.remove('joined', 0), node.remove('hungry')]);
  });

  test('twenty Pods at once all run', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    await Promise.all(names.map((name) => node.create(name, 'trap exit TERM; while :; do sleep 0.1; done')));
    await Promise.all(names.map((name) => node.ready(name)));
    await Promise.all(names.map((name) => node.remove(name)));
  });

  test('after a shutdown the same Pods run in new sandboxes', async () => {
    await node.create('lasting', "trap 'echo ended; exit' TERM; while :; do sleep 0.1; done");
    const before = await node.ready('lasting');
    const { items: pods } = await node.client.list(podKind, { namespace: 'default', signal: node.signal });
    await node.stopKubelet();
    const { scope, cri } = node;
    await shutdownNode({ scope, cri, clock: systemClock, logger: silentLogger, pods }, node.signal);
    assert.match(await node.log(before), /stdout F ended/);
    node.startKubelet();
    const restarted = (pod: typeof before): boolean => pod.status.containerStatuses?.[0]?.restartCount === 1 && isPodReady(pod);
    const after = await node.pod('lasting', restarted, 'to run again');
    assert.equal(after.metadata.uid, before.metadata.uid);
    await node.remove('lasting');
  });
});
