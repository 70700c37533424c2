// The life of a cluster on its machine: started, asked, stopped, interrupted, attacked, and deleted without a trace.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUSYBOX, runProgram, startE2eCluster } from './cluster.ts';
import type { E2eCluster, Finished } from './cluster.ts';
import { busyboxDockerArchive, busyboxOciArchive } from './images.ts';
import { FOREVER, pod, podSpec, texts } from './manifests.ts';

const LIMIT_MS = 120_000;
const TYKE = join(dirname(dirname(import.meta.dirname)), 'tyke');

const says = (wanted: string | RegExp) => (answer: Finished) =>
  typeof wanted === 'string' ? answer.stdout === wanted : wanted.test(answer.stdout);

interface Component {
  readonly name: string;
  readonly state: string;
  readonly pid: number;
}

interface Status {
  readonly name: string;
  readonly state: string;
  readonly components: readonly Component[];
}

/** Everything on the machine that bears the cluster's name or lies in its folder. */
async function traces(name: string, dataDir: string): Promise<string[]> {
  const listings = [
    ['ip', 'netns'],
    ['ip', '-oneline', 'link'],
    ['ip', 'route'],
    ['nft', 'list', 'tables'],
    ['cat', '/proc/self/mountinfo'],
    ['find', '/sys/fs/cgroup', '-maxdepth', '3', '-type', 'd', '-name', `*tyke-${name}*`],
    ['ps', '-eo', 'pid,args'],
    ['iptables', '-S'],
  ];
  const found = await Promise.all(
    listings.map(async (argv) => {
      const { stdout } = await runProgram(argv);
      return stdout
        .split('\n')
        .filter((line) => (line.includes(`tyke-${name}`) || line.includes(dataDir)) && !line.includes('-name *tyke-'));
    }),
  );
  return [...found.flat(), ...(existsSync(dataDir) ? [dataDir] : [])];
}

describe('a cluster on its machine', { timeout: 420_000 }, () => {
  let cluster: E2eCluster;
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tyke-lifecycle-'));
    cluster = await startE2eCluster({ name: `life-${process.pid}`, nodes: 2 });
  });
  after(async () => {
    await cluster?.delete();
    await rm(folder, { recursive: true, force: true });
  });

  const status = async (): Promise<Status> => JSON.parse((await cluster.tyke('status', '-o', 'json')).stdout) as Status;
  const processId = async (): Promise<number> => (await status()).components.find(({ name }) => name === 'kube-apiserver')?.pid ?? 0;
  const runs = async (): Promise<void> => {
    for (let waitedMs = 0; (await cluster.tyke('status')).code !== 0; waitedMs += 100) {
      assert.ok(waitedMs < LIMIT_MS, (await cluster.tyke('status')).stdout);
      await sleep(100);
    }
  };
  /** What must be the same after the cluster was down. */
  const identities = async (): Promise<unknown> => {
    const list = JSON.parse(
      await cluster.ok('get', 'configmaps,secrets,services,deployments,replicasets,pods,namespaces,nodes', '-A', '-o', 'json'),
    ) as { items: { kind: string; metadata: { name: string; namespace?: string; uid: string; creationTimestamp: string } }[] };
    return list.items
      .map(
        ({ kind, metadata: { name, namespace = '', uid, creationTimestamp } }) =>
          `${kind} ${namespace}/${name} ${uid} ${creationTimestamp}`,
      )
      .toSorted();
  };

  test('start again finds it running; status tells every component, and its exit status says that all is well', async () => {
    const again = await cluster.tyke('start', '--kubeconfig', cluster.kubeconfig);
    assert.equal(again.code, 0, again.stderr);
    assert.match(
      again.stderr,
      new RegExp(`✓ ${cluster.name} is ready \\(it was running already\\): 2 nodes, kubeconfig context "${cluster.name}" in `),
    );
    assert.equal(again.stdout, '');
    assert.ok(!again.stderr.includes('\u001b'), JSON.stringify(again.stderr));
    const { code, stdout } = await cluster.tyke('status');
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^${cluster.name}: running\nCOMPONENT +STATE +PID\n`));
    const told = await status();
    assert.equal(told.state, 'running');
    const names = [
      'supervisor',
      'kube-apiserver',
      'kube-scheduler',
      'kube-controller-manager',
      'dns',
      ...[cluster.name, `${cluster.name}-2`].flatMap((node) => [`containerd ${node}`, `kubelet ${node}`, `kube-proxy ${node}`]),
    ];
    assert.deepEqual(told.components.map(({ name }) => name).toSorted(), names.toSorted());
    assert.ok(told.components.every(({ state, pid }) => state === 'running' && existsSync(`/proc/${pid}`)));
    assert.equal(await cluster.ok('config', 'current-context'), `${cluster.name}\n`);
  });

  test('images are loaded from docker-archives and OCI layouts, listed and removed', async () => {
    for (const [form, archive] of [
      ['docker', busyboxDockerArchive],
      ['oci', busyboxOciArchive],
    ] as const) {
      const name = `example.org/tools/${form}:v1`;
      const file = join(folder, `${form}.tar`);
      await writeFile(file, await archive({ name }));
      const loaded = await cluster.tyke('image', 'load', file);
      assert.equal(loaded.stdout, `Loaded image: ${name}\n`, loaded.stderr);
      assert.match((await cluster.tyke('image', 'ls')).stdout, new RegExp(`^${name} +[0-9a-f]{12} +\\d+\\.\\d MB$`, 'm'));
      await cluster.apply(pod(form, 'echo ran', { restartPolicy: 'Never' }, { image: name, imagePullPolicy: 'Never' }));
      await cluster.eventually('it ran', ['get', 'pod', form, '-o', 'jsonpath={.status.phase}'], says('Succeeded'), LIMIT_MS);
      await cluster.ok('delete', 'pod', form);
      assert.equal((await cluster.tyke('image', 'rm', name)).stdout, `Removed image: ${name}\n`);
      assert.ok(!(await cluster.tyke('image', 'ls')).stdout.includes(name));
    }
    const missing = await cluster.tyke('image', 'rm', 'example.org/none:v1');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^✗ image rm: no node has the image "example\.org\/none:v1"\n {2}\S/);
  });

  test('a second cluster stands beside it, and leaves nothing when it is deleted', async () => {
    const second = await startE2eCluster({ name: `side-${process.pid}` });
    try {
      await second.apply(pod('here', FOREVER));
      await second.ok('wait', '--for=condition=Ready', 'pod/here', '--timeout=100s');
      assert.match((await cluster.kubectl('get', 'pod', 'here')).stderr, /NotFound/);
      assert.ok((await traces(second.name, second.dataDir)).length > 5);
      // A context that is somebody else's stays.
      await second.ok('config', 'set-context', 'mine', '--cluster=elsewhere');
      const deleted = await second.tyke('delete');
      assert.equal(deleted.code, 0, deleted.stderr);
      assert.match(deleted.stderr, new RegExp(`✓ ${second.name} is deleted\n$`));
      assert.deepEqual(await traces(second.name, second.dataDir), []);
      assert.equal(await second.ok('config', 'get-contexts', '-o', 'name'), 'mine\n');
      assert.ok(!(await readFile(second.kubeconfig, 'utf8')).includes(second.name));
      const again = await second.tyke('delete');
      assert.deepEqual([again.code, again.stderr], [0, `✓ there is no cluster "${second.name}"\n`]);
    } finally {
      await second.delete();
    }
    assert.equal((await cluster.tyke('status')).code, 0);
  });

  test('stopped and started again, it has the same objects and data, and the same Pods in new sandboxes', async () => {
    const template = { metadata: { labels: { app: 'kept' } }, spec: podSpec(`echo begun at $(date +%s); ${FOREVER}`) };
    await cluster.apply([
      texts('ConfigMap', 'kept', { a: 'b' }),
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'kept' },
        spec: { replicas: 2, selector: { matchLabels: { app: 'kept' } }, template },
      },
      pod('bare', FOREVER),
    ]);
    await cluster.ok('rollout', 'status', 'deployment/kept');
    await cluster.ok('wait', '--for=condition=Ready', 'pod/bare', '--timeout=100s');
    const before = await identities();
    const revision = await cluster.ok('get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.resourceVersion}');
    const containers = ['get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].containerID}'];
    const earlier = new Set((await cluster.ok(...containers)).split(' '));
    assert.equal(earlier.size, 3);

    const stopped = await cluster.tyke('stop');
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.match(stopped.stderr, new RegExp(`✓ ${cluster.name} is stopped`));
    const down = await cluster.tyke('status', '-o=json');
    assert.equal(down.code, 1);
    assert.equal((JSON.parse(down.stdout) as Status).state, 'stopped');
    assert.deepEqual(
      (await traces(cluster.name, join(cluster.dataDir, 'nodes'))).filter((line) => line !== join(cluster.dataDir, 'nodes')),
      [],
    );
    assert.notEqual((await cluster.kubectl('get', 'nodes')).code, 0);

    const started = await cluster.tyke('start');
    assert.equal(started.code, 0, started.stderr);
    const renewed = ({ stdout }: Finished): boolean => stdout.split(' ').length === 3 && stdout.split(' ').every((id) => !earlier.has(id));
    await cluster.eventually('every Pod has a new container', containers, renewed, LIMIT_MS);
    await cluster.eventually(
      'every Pod runs again',
      ['get', 'pods', '-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'],
      says('True True True'),
      LIMIT_MS,
    );
    assert.equal(await cluster.ok('get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*].restartCount}'), '1 1 1');
    assert.deepEqual(await identities(), before);
    assert.equal(await cluster.ok('get', 'configmap', 'kept', '-o', 'jsonpath={.metadata.resourceVersion}'), revision);
  });

  test('killed, its process is started again, and containers never notice', async () => {
    const containers = [
      'get',
      'pods',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name} {.status.podIP} {.status.containerStatuses[*].containerID} {.status.containerStatuses[*].restartCount}{"\\n"}{end}',
    ];
    const before = await cluster.ok(...containers);
    const killed = await processId();
    process.kill(killed, 'SIGKILL');
    for (let waitedMs = 0; (await processId()) === killed || (await processId()) === 0; waitedMs += 100) {
      assert.ok(waitedMs < LIMIT_MS);
      await sleep(100);
    }
    await runs();
    await cluster.eventually(
      'the node is there',
      ['get', 'nodes', '-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'],
      says('True True'),
      LIMIT_MS,
    );
    assert.equal(await cluster.ok(...containers), before);
    await cluster.ok('exec', 'bare', '--', 'true');
    await cluster.ok('delete', 'pod', 'bare');
    await cluster.apply(pod('bare', FOREVER));
    await cluster.ok('wait', '--for=condition=Ready', 'pod/bare', '--timeout=100s');
    assert.equal(
      await cluster.ok(...containers).then((text) =>
        text
          .split('\n')
          .filter((line) => line.startsWith('kept'))
          .join(),
      ),
      before
        .split('\n')
        .filter((line) => line.startsWith('kept'))
        .join(),
    );
  });

  test('a containerd that was killed comes back, and containers never notice', async () => {
    const containers = ['get', 'pods', '-l', 'app=kept', '-o', 'jsonpath={.items[*].status.containerStatuses[*].containerID}'];
    const before = await cluster.ok(...containers);
    const find = async (): Promise<number> =>
      (await status()).components.find(({ name }) => name === `containerd ${cluster.name}`)?.pid ?? 0;
    process.kill(await find(), 'SIGKILL');
    await cluster.ok('delete', 'pod', 'bare', '--ignore-not-found');
    await cluster.apply(pod('bare', FOREVER, { nodeName: cluster.name }));
    await cluster.ok('wait', '--for=condition=Ready', 'pod/bare', '--timeout=100s');
    assert.equal(await cluster.ok(...containers), before);
    assert.ok((await cluster.tyke('image', 'ls')).stdout.includes(BUSYBOX));
  });
});

describe('a start that goes wrong', { timeout: 240_000 }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tyke-start-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') });
  const where = (name: string): string[] => ['--name', name, '--data-dir', join(folder, name)];

  test('a port in use is named with a remedy', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const name = `port-${process.pid}`;
    const refused = await runProgram([TYKE, 'start', ...where(name), `--api-port=${port}`], { env: environment() });
    server.close();
    assert.equal(refused.code, 1);
    assert.equal(refused.stderr, `✗ API port: port ${port} is in use\n  Choose another with --api-port, or 0 for any free one.\n`);
    assert.deepEqual(await traces(name, join(folder, name)), []);
  });

  test('flags that make no sense are refused', async () => {
    const wrong = await runProgram([TYKE, 'start', '--name', 'Not_A_Name'], { env: environment() });
    assert.match(wrong.stderr, /^✗ name: "Not_A_Name" cannot be a cluster's name\n {2}\S/);
    const unknown = await runProgram([TYKE, 'start', '--nonsense'], { env: environment() });
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.stderr, /unknown (flag|option)/);
    for (const command of [[], ['start'], ['status'], ['stop'], ['delete'], ['image'], ['image', 'load']]) {
      const help = await runProgram([TYKE, ...command, '--help'], { env: environment() });
      assert.equal(help.code, 0);
      assert.match(help.stdout, /^Usage: tyke/);
    }
    const none = await runProgram([TYKE, 'status', ...where('nowhere')], { env: environment() });
    assert.deepEqual([none.code, none.stderr], [1, '✗ status: there is no cluster "nowhere"\n  tyke start makes one.\n']);
  });

  test('interrupted anywhere, start works when it is run again', async () => {
    const name = `stop-${process.pid}`;
    try {
      for (const step of ['keys and certificates', 'network between nodes', 'API server']) {
        const child = spawn(TYKE, ['start', ...where(name), '--api-port=0'], { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
        let heard = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          heard += text;
          if (heard.includes(step)) child.kill('SIGINT');
        });
        await once(child, 'close');
        assert.ok(heard.includes(step), heard);
        // Once a cluster is on its way, stop ends it again at any point.
        if (step === 'network between nodes') await runProgram([TYKE, 'stop', ...where(name)], { env: environment() });
      }
      const started = await runProgram([TYKE, 'start', ...where(name)], { env: environment() });
      assert.equal(started.code, 0, started.stderr);
      const told = await runProgram([TYKE, 'status', ...where(name)], { env: environment() });
      assert.equal(told.code, 0, told.stdout);
    } finally {
      const deleted = await runProgram([TYKE, 'delete', ...where(name)], { env: environment() });
      assert.equal(deleted.code, 0, deleted.stderr);
    }
    assert.deepEqual(await traces(name, join(folder, name)), []);
  });

  test('delete takes away a cluster that is only half made', async () => {
    const name = `half-${process.pid}`;
    const child = spawn(TYKE, ['start', ...where(name), '--api-port=0'], { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', () => child.kill('SIGKILL'));
    await once(child, 'close');
    const deleted = await runProgram([TYKE, 'delete', ...where(name)], { env: environment() });
    assert.equal(deleted.code, 0, deleted.stderr);
    assert.deepEqual(await traces(name, join(folder, name)), []);
  });
});
