// Pods as a user sees them with upstream's kubectl: images, environment, volumes, probes, restarts and endings, in real containers.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUSYBOX, runProgram, startE2eCluster } from './cluster.ts';
import type { E2eCluster, Finished } from './cluster.ts';
import { busyboxImage } from './images.ts';
import { container, FOREVER, pod, texts } from './manifests.ts';
import { startRegistry } from './registry.ts';
import type { TestRegistry } from './registry.ts';

const LIMIT_MS = 120_000;
/** An address of this machine that nodes reach by way of their gateway. */
const REGISTRY_ADDRESS = `198.18.${(process.pid >> 8) & 255}.${process.pid & 255}`;

const says = (wanted: string | RegExp) => (answer: Finished) =>
  typeof wanted === 'string' ? answer.stdout === wanted : wanted.test(answer.stdout);

describe('Pods', { concurrency: 4, timeout: 420_000 }, () => {
  let cluster: E2eCluster;
  let registry: TestRegistry;
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tyke-pods-'));
    await runProgram(['ip', 'address', 'add', `${REGISTRY_ADDRESS}/32`, 'dev', 'lo']);
    registry = await startRegistry(REGISTRY_ADDRESS);
    cluster = await startE2eCluster({ name: `pods-${process.pid}`, args: ['--registry-mirror', `registry.test=${registry.url}`] });
  });
  after(async () => {
    await cluster?.delete();
    await registry?.close();
    await runProgram(['ip', 'address', 'del', `${REGISTRY_ADDRESS}/32`, 'dev', 'lo']);
    await rm(folder, { recursive: true, force: true });
  });

  /** What a JSON path says of a Pod. */
  const field = (name: string, path: string): string[] => ['get', 'pod', name, '-o', `jsonpath=${path}`];
  const running = (name: string): Promise<Finished> =>
    cluster.eventually(`${name} runs and is ready`, field(name, '{.status.conditions[?(@.type=="Ready")].status}'), says('True'), LIMIT_MS);
  const ended = (name: string, phase = 'Succeeded'): Promise<Finished> =>
    cluster.eventually(`${name} ends`, field(name, '{.status.phase}'), says(phase), LIMIT_MS);

  test('a bare Pod runs, written as YAML or as JSON', async () => {
    const yaml = [
      'apiVersion: v1',
      'kind: Pod',
      'metadata:',
      '  name: bare-yaml',
      'spec:',
      '  terminationGracePeriodSeconds: 1',
      '  containers:',
    ];
    yaml.push('  - name: main', `    image: ${BUSYBOX}`, `    command: [sleep, "1000"]`, '');
    await writeFile(join(folder, 'bare.yaml'), yaml.join('\n'));
    await writeFile(join(folder, 'bare.json'), JSON.stringify(pod('bare-json', FOREVER)));
    assert.equal(await cluster.ok('apply', '-f', join(folder, 'bare.yaml')), 'pod/bare-yaml created\n');
    assert.equal(await cluster.ok('create', '-f', join(folder, 'bare.json')), 'pod/bare-json created\n');
    await Promise.all([running('bare-yaml'), running('bare-json')]);
    const table = await cluster.ok('get', 'pods', 'bare-yaml', 'bare-json');
    assert.match(
      table,
      /^NAME {8}READY {3}STATUS {4}RESTARTS {3}AGE\nbare-yaml {3}1\/1 {5}Running {3}0 {10}\d+s\nbare-json {3}1\/1 {5}Running {3}0 {10}\d+s\n$/,
    );
    assert.equal(await cluster.ok('apply', '-f', join(folder, 'bare.yaml')), 'pod/bare-yaml unchanged\n');
    const again = await cluster.kubectl('create', '-f', join(folder, 'bare.json'));
    assert.equal(
      again.stderr,
      `Error from server (AlreadyExists): error when creating "${join(folder, 'bare.json')}": pods "bare-json" already exists\n`,
    );
    assert.equal(await cluster.ok('delete', 'pod', 'bare-json'), 'pod "bare-json" deleted from default namespace\n');
    assert.equal((await cluster.kubectl('get', 'pod', 'bare-json')).stderr, 'Error from server (NotFound): pods "bare-json" not found\n');
  });

  test('an image is pulled each time when the Pod says Always', async () => {
    registry.add('app', 'v1', await busyboxImage({ name: 'registry.test/app:v1' }));
    const asked = (): number => registry.requests.filter((request) => request.endsWith(' /v2/app/manifests/v1')).length;
    for (const name of ['pulled-1', 'pulled-2']) {
      const earlier = asked();
      await cluster.apply(pod(name, FOREVER, {}, { image: 'registry.test/app:v1', imagePullPolicy: 'Always' }));
      await running(name);
      assert.ok(asked() > earlier, `${name} asked the registry`);
    }
    const events = await cluster.ok(
      'get',
      'events',
      '--field-selector',
      'involvedObject.name=pulled-1',
      '-o',
      'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}',
    );
    assert.match(events, /^Pulling: Pulling image "registry\.test\/app:v1"$/m);
    assert.match(
      events,
      /^Pulled: Successfully pulled image "registry\.test\/app:v1" in \S+ \(\S+ including waiting\)\. Image size: \d+ bytes\.$/m,
    );
    assert.match(
      await cluster.ok(...field('pulled-1', '{.status.containerStatuses[0].imageID}')),
      /^registry\.test\/app@sha256:[0-9a-f]{64}$/,
    );
  });

  test('an image that does not exist shows ErrImagePull, then ImagePullBackOff', async () => {
    await cluster.apply(pod('absent', FOREVER, {}, { image: 'registry.test/absent:v1' }));
    const reason = field('absent', '{.status.containerStatuses[0].state.waiting.reason}');
    await cluster.eventually('the pull fails', reason, says('ErrImagePull'), LIMIT_MS);
    await cluster.eventually('the pull is held back', reason, says('ImagePullBackOff'), LIMIT_MS);
    assert.match(await cluster.ok('get', 'pod', 'absent'), /^absent +0\/1 +(ImagePullBackOff|ErrImagePull) +0 +\d+s$/m);
    const { stdout } = await cluster.eventually(
      'events tell of it',
      [
        'get',
        'events',
        '--field-selector',
        'involvedObject.name=absent',
        '-o',
        'jsonpath={range .items[*]}{.type} {.reason}: {.message}{"\\n"}{end}',
      ],
      says(/BackOff/),
    );
    assert.match(stdout, /^Warning Failed: Failed to pull image "registry\.test\/absent:v1": /m);
    assert.match(stdout, /^Warning Failed: Error: ErrImagePull$/m);
    assert.match(stdout, /^Normal BackOff: Back-off pulling image "registry\.test\/absent:v1"$/m);
  });

  test('ConfigMaps and Secrets are environment and files; a changed one shows up in the running Pod', async () => {
    await cluster.apply([
      texts('ConfigMap', 'settings', { colour: 'red', 'app.conf': 'level=1' }),
      texts('Secret', 'password', { word: 'swordfish' }),
    ]);
    const env = [
      { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
      { name: 'WORD', valueFrom: { secretKeyRef: { name: 'password', key: 'word' } } },
      { name: 'BOTH', value: '$(COLOUR)-$(WORD)' },
      { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none', optional: true } } },
    ];
    const volumes = [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'password', secret: { secretName: 'password', defaultMode: 0o400 } },
    ];
    const volumeMounts = [
      { name: 'settings', mountPath: '/settings' },
      { name: 'password', mountPath: '/password', readOnly: true },
    ];
    const envFrom = [{ prefix: 'ALL_', configMapRef: { name: 'settings' } }];
    await cluster.apply(pod('configured', FOREVER, { volumes }, { env, envFrom, volumeMounts }));
    await running('configured');
    const inside = (script: string): string[] => ['exec', 'configured', '--', 'sh', '-c', script];
    assert.equal(await cluster.ok(...inside('echo $BOTH ${NONE-unset} $ALL_colour')), 'red-swordfish unset red\n');
    assert.equal(
      await cluster.ok(...inside('cat /settings/app.conf; echo; cat /password/word; echo; stat -L -c %a /password/word')),
      'level=1\nswordfish\n400\n',
    );
    await cluster.ok('patch', 'configmap', 'settings', '-p', '{"data":{"app.conf":"level=2"}}');
    await cluster.ok('patch', 'secret', 'password', '-p', '{"stringData":{"word":"marlin"}}');
    await cluster.eventually(
      'the changed files show up',
      inside('cat /settings/app.conf /password/word; echo $WORD'),
      says('level=2marlinswordfish\n'),
      LIMIT_MS,
    );
  });

  test('a Pod whose ConfigMap is missing says so, and starts when it comes', async () => {
    await cluster.apply(pod('waiting', FOREVER, {}, { envFrom: [{ configMapRef: { name: 'late' } }] }));
    await cluster.eventually(
      'it waits',
      field('waiting', '{.status.containerStatuses[0].state.waiting.reason}: {.status.containerStatuses[0].state.waiting.message}'),
      says('CreateContainerConfigError: configmap "late" not found'),
      LIMIT_MS,
    );
    await cluster.apply(texts('ConfigMap', 'late', { a: 'b' }));
    await running('waiting');
  });

  test('the downward API and the service account are there', async () => {
    const fieldRef = (fieldPath: string): object => ({ fieldRef: { fieldPath } });
    const env = [
      ...['metadata.name', 'metadata.namespace', 'status.podIP', 'spec.nodeName', 'spec.serviceAccountName'].map((path) => ({
        name: path.split('.')[1],
        valueFrom: fieldRef(path),
      })),
      { name: 'limit', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    ];
    const downward = { name: 'downward', downwardAPI: { items: [{ path: 'labels', ...fieldRef('metadata.labels') }] } };
    const more = { env, volumeMounts: [{ name: 'downward', mountPath: '/downward' }], resources: { limits: { memory: '64Mi' } } };
    await cluster.apply(pod('downward', FOREVER, { volumes: [downward] }, more));
    await running('downward');
    const inside = (script: string): string[] => ['exec', 'downward', '--', 'sh', '-c', script];
    const address = await cluster.ok(...field('downward', '{.status.podIP}'));
    assert.equal(
      await cluster.ok(...inside('echo $name $namespace $podIP $nodeName $serviceAccountName $limit; cat /downward/labels')),
      `downward default ${address} ${cluster.name} default 64\napp="downward"`,
    );
    await cluster.ok('label', 'pod', 'downward', 'tier=back');
    await cluster.eventually('the new label shows up', inside('cat /downward/labels'), says('app="downward"\ntier="back"'), LIMIT_MS);

    await cluster.ok('create', 'rolebinding', 'looker', '--clusterrole=view', '--serviceaccount=default:default');
    const account = (file: string): Promise<string> => cluster.ok(...inside(`cat /var/run/secrets/kubernetes.io/serviceaccount/${file}`));
    assert.equal(await account('namespace'), 'default');
    const token = await account('token');
    const ca = join(folder, 'ca.crt');
    await writeFile(ca, await account('ca.crt'));
    const server = await cluster.ok('config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}');
    const as = ['--kubeconfig', '/dev/null', '--server', server, '--certificate-authority', ca, '--token', token];
    assert.equal(
      await cluster.ok(...as, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'),
      'system:serviceaccount:default:default',
    );
    await cluster.eventually('the service account may look', [...as, 'get', 'pod', 'downward', '-o', 'name'], says('pod/downward\n'));
    const refused = await cluster.kubectl(...as, 'get', 'secrets');
    assert.equal(
      refused.stderr,
      'Error from server (Forbidden): secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"\n',
    );
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims['kubernetes.io'].pod.name, 'downward');
  });

  test("containers of a Pod share network and volumes; a hostPath is the node's", async () => {
    await writeFile(join(folder, 'given'), 'from the machine');
    const volumes = [
      { name: 'shared', emptyDir: {} },
      { name: 'memory', emptyDir: { medium: 'Memory' } },
      { name: 'host', hostPath: { path: folder, type: 'Directory' } },
    ];
    const volumeMounts = [
      { name: 'shared', mountPath: '/shared' },
      { name: 'memory', mountPath: '/memory' },
      { name: 'host', mountPath: '/host' },
    ];
    const containers = [
      container('server', 'mkdir /www && echo hello > /www/index.html && echo done > /shared/file && exec httpd -f -p 8080 -h /www', {
        volumeMounts,
      }),
      container('client', FOREVER, { volumeMounts }),
    ];
    await cluster.apply(pod('several', '', { volumes, containers }));
    await running('several');
    assert.match(await cluster.ok('get', 'pod', 'several'), /^several +2\/2 +Running/m);
    const inside = (name: string, script: string): string[] => ['exec', 'several', '-c', name, '--', 'sh', '-c', script];
    await cluster.eventually(
      'the other container answers on localhost',
      inside('client', 'wget -qO- http://127.0.0.1:8080/; cat /shared/file'),
      says('hello\ndone\n'),
    );
    assert.match(await cluster.ok(...inside('client', 'grep " /memory " /proc/mounts')), /^tmpfs \/memory tmpfs /);
    assert.equal(await cluster.ok(...inside('server', 'cat /host/given; echo written > /host/taken')), 'from the machine');
    assert.equal(await readFile(join(folder, 'taken'), 'utf8'), 'written\n');
  });

  test('init containers run one after the other before the rest', async () => {
    const volumes = [{ name: 'work', emptyDir: {} }];
    const volumeMounts = [{ name: 'work', mountPath: '/work' }];
    const initContainers = ['one', 'two'].map((name) => container(name, `echo ${name} >> /work/order`, { volumeMounts }));
    await cluster.apply(pod('prepared', 'cat /work/order', { volumes, initContainers, restartPolicy: 'Never' }, { volumeMounts }));
    await ended('prepared');
    assert.equal(await cluster.ok('logs', 'prepared'), 'one\ntwo\n');
    await cluster.apply(pod('unprepared', FOREVER, { initContainers: [container('bad', 'exit 3')], restartPolicy: 'Never' }));
    await ended('unprepared', 'Failed');
    assert.match(await cluster.ok('get', 'pod', 'unprepared'), /^unprepared +0\/1 +Init:Error +0 /m);
  });

  test('a failing liveness probe restarts the container', async () => {
    const livenessProbe = { exec: { command: ['cat', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 1 };
    const http = { httpGet: { path: '/index.html', port: 8080 }, periodSeconds: 1, failureThreshold: 2 };
    await cluster.apply([
      pod('exec-probed', `touch /tmp/alive; sleep 3; rm /tmp/alive; ${FOREVER}`, {}, { livenessProbe }),
      pod(
        'http-probed',
        'mkdir /www; touch /www/index.html; httpd -p 8080 -h /www; sleep 3; rm /www/index.html; sleep 1000',
        {},
        { livenessProbe: { ...http, initialDelaySeconds: 1 } },
      ),
    ]);
    for (const name of ['exec-probed', 'http-probed']) {
      await cluster.eventually(
        `${name} is restarted`,
        field(name, '{.status.containerStatuses[0].restartCount}'),
        says(/^[1-9]/),
        LIMIT_MS,
      );
      const { stdout } = await cluster.eventually(
        'events tell of it',
        [
          'get',
          'events',
          '--field-selector',
          `involvedObject.name=${name}`,
          '-o',
          'jsonpath={range .items[*]}{.type} {.reason}: {.message}{"\\n"}{end}',
        ],
        says(/Killing/),
      );
      assert.match(
        stdout,
        name === 'exec-probed'
          ? /^Warning Unhealthy: Liveness probe failed: cat: can't open '\/tmp\/alive'/m
          : /^Warning Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404$/m,
      );
      assert.match(stdout, /^Normal Killing: Container main failed liveness probe, will be restarted$/m);
    }
    assert.match(await cluster.ok('get', 'pod', 'exec-probed'), /^exec-probed +1\/1 +Running +\d+ \(\S+ ago\) +\S+$/m);
  });

  test('readiness follows its probe, and nothing else runs before the startup probe has passed', async () => {
    const startupProbe = { exec: { command: ['cat', '/tmp/started'] }, periodSeconds: 1, failureThreshold: 100 };
    const readinessProbe = { tcpSocket: { port: 9000 }, periodSeconds: 1, failureThreshold: 1 };
    await cluster.apply(pod('slow', FOREVER, {}, { startupProbe, readinessProbe }));
    await cluster.eventually('it runs', field('slow', '{.status.phase}'), says('Running'), LIMIT_MS);
    const state = field('slow', '{.status.containerStatuses[0].started} {.status.containerStatuses[0].ready}');
    assert.equal(await cluster.ok(...state), 'false false');
    await cluster.ok('exec', 'slow', '--', 'touch', '/tmp/started');
    await cluster.eventually('it has started', state, says('true false'), LIMIT_MS);
    assert.match(await cluster.ok('get', 'pod', 'slow'), /^slow +0\/1 +Running +0 /m);
    await cluster.ok('exec', 'slow', '--', 'sh', '-c', 'httpd -p 9000 -h /tmp');
    await cluster.eventually('it is ready', state, says('true true'), LIMIT_MS);
    await cluster.ok('exec', 'slow', '--', 'sh', '-c', 'killall httpd');
    await cluster.eventually('it is not ready any more', state, says('true false'), LIMIT_MS);
    assert.equal(await cluster.ok(...field('slow', '{.status.containerStatuses[0].restartCount}')), '0');
  });

  test('a crashing container is restarted, then held back', async () => {
    await cluster.apply(pod('crashing', 'echo dying; exit 7'));
    await cluster.eventually(
      'it is held back',
      field('crashing', '{.status.containerStatuses[0].state.waiting.reason}'),
      says('CrashLoopBackOff'),
      LIMIT_MS,
    );
    const uid = await cluster.ok(...field('crashing', '{.metadata.uid}'));
    const waiting = await cluster.eventually(
      'the message',
      field('crashing', '{.status.containerStatuses[0].state.waiting.message}'),
      says(/back-off/),
      LIMIT_MS,
    );
    assert.match(waiting.stdout, new RegExp(`^back-off \\d+s restarting failed container=main pod=crashing_default\\(${uid}\\)$`));
    assert.equal(
      await cluster.ok(
        ...field(
          'crashing',
          '{.status.containerStatuses[0].lastState.terminated.reason} {.status.containerStatuses[0].lastState.terminated.exitCode}',
        ),
      ),
      'Error 7',
    );
    await cluster.eventually(
      'an event tells of it',
      ['get', 'events', '--field-selector', 'involvedObject.name=crashing,reason=BackOff', '-o', 'jsonpath={.items[0].message}'],
      says(`Back-off restarting failed container main in pod crashing_default(${uid})`),
    );
    assert.equal(await cluster.ok('logs', 'crashing', '--previous'), 'dying\n');
    await cluster.apply([pod('never', 'exit 4', { restartPolicy: 'Never' }), pod('once', 'exit 0', { restartPolicy: 'OnFailure' })]);
    await Promise.all([ended('never', 'Failed'), ended('once')]);
    assert.match(await cluster.ok('get', 'pod', 'never', 'once'), /^never +0\/1 +Error +0 +\S+\nonce +0\/1 +Completed +0 /m);
  });

  test('an ending Pod hears SIGTERM, has its grace period, then SIGKILL', async () => {
    const volumes = [{ name: 'host', hostPath: { path: folder } }];
    const volumeMounts = [{ name: 'host', mountPath: '/host' }];
    const told = 'trap "echo told > /host/polite; sleep 1; echo over >> /host/polite; exit" TERM; while :; do sleep 1000 & wait $!; done';
    const deaf = 'trap "" TERM; echo deaf > /host/deaf; while :; do sleep 0.2; done';
    await cluster.apply([
      pod('polite', told, { volumes, terminationGracePeriodSeconds: 60 }, { volumeMounts }),
      pod('deaf', deaf, { volumes, terminationGracePeriodSeconds: 2 }, { volumeMounts }),
    ]);
    await Promise.all([running('polite'), running('deaf')]);
    await cluster.ok('delete', 'pod', 'polite', '--wait=false');
    assert.match(await cluster.ok('get', 'pod', 'polite'), /^polite +1\/1 +Terminating +0 /m);
    await Promise.all([cluster.ok('wait', '--for=delete', 'pod/polite', '--timeout=100s'), cluster.ok('delete', 'pod', 'deaf')]);
    assert.equal(await readFile(join(folder, 'polite'), 'utf8'), 'told\nover\n');
    assert.equal((await cluster.kubectl('get', 'pod', 'deaf')).stderr, 'Error from server (NotFound): pods "deaf" not found\n');
  });

  test('a container beyond its memory limit is killed for it', async () => {
    await cluster.apply(pod('greedy', 'tail /dev/zero', { restartPolicy: 'Never' }, { resources: { limits: { memory: '24Mi' } } }));
    await ended('greedy', 'Failed');
    assert.equal(
      await cluster.ok(
        ...field(
          'greedy',
          '{.status.containerStatuses[0].state.terminated.reason} {.status.containerStatuses[0].state.terminated.exitCode}',
        ),
      ),
      'OOMKilled 137',
    );
    assert.match(await cluster.ok('get', 'pod', 'greedy'), /^greedy +0\/1 +OOMKilled +0 /m);
  });
});
