// A node from its making to its end, against a real containerd: Pods over CRI, faults, and nothing left behind.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { systemClock as clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { secureRandom as random } from '../../src/base/random.ts';
import {
  chooseClusterCidrs,
  createClusterNetwork,
  deleteClusterNetwork,
  gatewayAddress,
  nodeAddress,
  subnetOf,
  syncRoutes,
  takenCidrs,
  uplinkMtu,
  writeCniConfig,
  type RoutedNode,
} from '../../src/node/network/index.ts';
import {
  addRegistry,
  ContainerdSupervisor,
  createCriClient,
  ensurePauseImage,
  isNotFound,
  loadImage,
  type CriClient,
  type PodSandboxConfigInput,
  type RuntimeEvent,
} from '../../src/node/runtime/index.ts';
import {
  cgroupProcesses,
  clusterNames,
  createNodeScope,
  deleteNodeScope,
  isRunning,
  makeCgroup,
  nodeCgroup,
  nodeNames,
  openNodeScope,
  readCgroupLayout,
  runChecked,
  sendSignal,
  type NodeScope,
  type NodeScopeOptions,
} from '../../src/node/scope/index.ts';
import { busyboxDockerArchive, busyboxImage, busyboxOciArchive, BUSYBOX_IMAGE } from './images.ts';
import { startRegistry } from './registry.ts';

const cluster = `test${process.pid}`;
const { signal } = new AbortController();
const WAIT_LIMIT_MS = 15_000;

interface TestNode {
  readonly options: NodeScopeOptions;
  readonly scope: NodeScope;
  readonly supervisor: ContainerdSupervisor;
  readonly client: CriClient;
}

let dataDir: string;
let nodes: TestNode[] = [];
let routed: RoutedNode[] = [];

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadlineMs = clock.monotonicMs() + WAIT_LIMIT_MS;
  while (!(await condition())) {
    assert.ok(clock.monotonicMs() < deadlineMs, `waited in vain for ${what}`);
    await clock.sleep(20, signal);
  }
}

const supervisorOf = (scope: NodeScope): ContainerdSupervisor => new ContainerdSupervisor({ scope, clock, random, logger: silentLogger });

async function startNode(options: NodeScopeOptions): Promise<TestNode> {
  const scope = await createNodeScope(options, signal);
  await writeCniConfig(scope, { mtu: options.mtu });
  await syncRoutes(scope, routed, signal);
  const supervisor = supervisorOf(scope);
  await supervisor.start(signal);
  const client = createCriClient({ socket: () => scope.socket, clock, random });
  await ensurePauseImage({ scope, client, clock }, signal);
  return { options, scope, supervisor, client };
}

interface TestPod {
  readonly sandboxId: string;
  readonly containerId: string;
  readonly ip: string;
}

async function startPod({ client, scope }: TestNode, name: string, command: readonly string[]): Promise<TestPod> {
  const config: PodSandboxConfigInput = {
    metadata: { name, namespace: 'default', uid: `uid-${name}`, attempt: 0 },
    hostname: name,
    logDirectory: `${scope.folders.podLogs}/default_${name}`,
    labels: { app: name },
    linux: { cgroupParent: `${scope.cgroupRoot}/kubepods/${name}` },
  };
  const { podSandboxId } = await client.runPodSandbox({ config }, { signal });
  const container = { metadata: { name: 'main', attempt: 0 }, image: { image: BUSYBOX_IMAGE }, command, logPath: 'main.log' };
  const { containerId } = await client.createContainer({ podSandboxId, config: container, sandboxConfig: config }, { signal });
  await client.startContainer({ containerId }, { signal });
  const { status } = await client.podSandboxStatus({ podSandboxId }, { signal });
  return { sandboxId: podSandboxId, containerId, ip: status?.network?.ip ?? '' };
}

async function endPod({ client }: TestNode, { sandboxId, containerId }: TestPod): Promise<void> {
  await client.stopContainer({ containerId, timeout: 0 }, { signal });
  await client.removeContainer({ containerId }, { signal });
  await client.stopPodSandbox({ podSandboxId: sandboxId }, { signal });
  await client.removePodSandbox({ podSandboxId: sandboxId }, { signal });
}

async function shell({ client }: TestNode, { containerId }: TestPod, script: string): Promise<{ stdout: string; exitCode: number }> {
  const { stdout, exitCode } = await client.execSync({ containerId, cmd: ['sh', '-c', script], timeout: 10 }, { signal });
  return { stdout: Buffer.from(stdout).toString(), exitCode };
}

/** Everything on the machine that bears the cluster's name. */
async function traces(): Promise<string[]> {
  const found: string[] = [];
  for (const { mount } of (await readCgroupLayout()).hierarchies) {
    for (const entry of await readdir(mount)) if (entry === `tyke-${cluster}`) found.push(`${mount}/${entry}`);
  }
  const names = ['n1', 'n2'].flatMap((node) => [nodeNames(cluster, node).netns, nodeNames(cluster, node).veth]);
  const listed = [
    (await readdir('/run/netns').catch(() => [])).join('\n'),
    (await runChecked(['ip', '-br', 'link'], clock, { signal })).stdout,
    (await runChecked(['nft', 'list', 'tables'], clock, { signal })).stdout,
    await readFile('/proc/self/mountinfo', 'utf8'),
    (await runChecked(['ip', 'route'], clock, { signal })).stdout,
  ];
  for (const name of [...names, clusterNames(cluster).bridge, dataDir]) if (listed.some((text) => text.includes(name))) found.push(name);
  return found;
}

describe('a cluster of two nodes on this machine', { timeout: 120_000 }, () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tyke-node-'));
    const cidrs = chooseClusterCidrs(await takenCidrs(clock, signal));
    const mtu = await uplinkMtu(clock, signal);
    routed = [1, 2].map((index) => ({
      name: `n${index}`,
      address: nodeAddress(cidrs.nodeCidr, index),
      podCidr: subnetOf(cidrs.podCidr, 24, index),
    }));
    await createClusterNetwork({ cluster, ...cidrs, nodes: routed, mtu, clock }, signal);
    const gateway = gatewayAddress(cidrs.nodeCidr);
    for (const { name, address, podCidr } of routed) {
      const { nodeCidr, podCidr: clusterPodCidr, serviceCidr } = cidrs;
      nodes.push(
        await startNode({ cluster, node: name, dataDir, address, nodeCidr, podCidr, clusterPodCidr, serviceCidr, gateway, mtu, clock }),
      );
    }
    const [first, second] = nodes;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(await loadImage({ ...first, clock }, await busyboxDockerArchive(), signal), [BUSYBOX_IMAGE]);
    assert.deepEqual(await loadImage({ ...second, clock }, await busyboxOciArchive(), signal), [BUSYBOX_IMAGE]);
  });

  after(async () => {
    for (const { supervisor, client } of nodes) {
      await supervisor.detach();
      client.close();
    }
    for (const node of ['n1', 'n2']) await deleteNodeScope({ cluster, node, dataDir, clock }, signal);
    await deleteClusterNetwork(cluster, clock, signal);
    await rm(dataDir, { recursive: true, force: true });
    nodes = [];
  });

  const node = (index: number): TestNode => {
    const found = nodes[index];
    assert.ok(found !== undefined);
    return found;
  };

  test('a Pod runs, is spoken to, logs, and ends', async () => {
    const n1 = node(0);
    const events: RuntimeEvent[] = [];
    const watching = new AbortController();
    const reading = (async () => {
      for await (const event of n1.client.containerEvents(watching.signal)) events.push(event);
    })();
    await until(() => events.length > 0, 'the event stream');
    const pod = await startPod(n1, 'talker', ['sh', '-c', 'echo hello; exec sleep 1000']);
    assert.deepEqual(await shell(n1, pod, 'hostname; exit 3'), { stdout: 'talker\n', exitCode: 3 });
    const logPath = n1.scope.hostPath(`${n1.scope.folders.podLogs}/default_talker/main.log`);
    await until(async () => / stdout F hello\n/.test(await readFile(logPath, 'utf8')), 'the log line');
    const { containers } = await n1.client.listContainers({ filter: { podSandboxId: pod.sandboxId } }, { signal });
    assert.deepEqual(
      containers.map(({ state }) => state),
      ['CONTAINER_RUNNING'],
    );
    const { stats } = await n1.client.containerStats({ containerId: pod.containerId }, { signal });
    assert.ok((stats?.memory?.workingSetBytes?.value ?? 0) > 0);
    await endPod(n1, pod);
    await assert.rejects(n1.client.containerStatus({ containerId: pod.containerId }, { signal }), isNotFound);
    await until(() => events.some((event) => event.type === 'deleted' && event.id === pod.containerId), 'the last event');
    assert.deepEqual(
      events.flatMap((event) => (event.type !== 'resync' && event.id === pod.containerId ? [event.type] : [])),
      ['created', 'started', 'stopped', 'deleted'],
    );
    watching.abort();
    await reading;
  });

  test('Pods of two nodes, the host and the node reach each other', async () => {
    const server = await startPod(node(1), 'server', ['sh', '-c', 'echo served > /tmp/index.html; exec httpd -f -p 8080 -h /tmp']);
    const client = await startPod(node(0), 'client', ['sleep', '1000']);
    const script = `printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | busybox nc -w 5 ${server.ip} 8080`;
    await until(async () => (await shell(node(0), client, script)).stdout.endsWith('served\n'), 'an answer from the other node');
    const argv = ['/bin/sh', '-c', script];
    for (const answer of [
      await runChecked(argv, clock, { signal }),
      await node(0).scope.run(argv, { signal }),
      await node(1).scope.run(argv, { signal }),
    ]) {
      assert.ok(answer.stdout.endsWith('served\n'), answer.stdout);
    }
    await endPod(node(1), server);
    await endPod(node(0), client);
  });

  test('images are pulled from a plain registry, listed and removed; one that does not exist is an error that says so', async () => {
    const { scope, client, options } = node(0);
    const registry = await startRegistry(options.gateway);
    try {
      registry.add('library/box', '1', await busyboxImage({ env: ['PULLED=yes'] }));
      await addRegistry(scope, registry);
      const image = { image: `${registry.host}/library/box:1` };
      const { imageRef } = await client.pullImage({ image }, { signal });
      // containerd 1.6 lists everything whatever the filter says.
      const { images } = await client.listImages({}, { signal });
      assert.deepEqual(images.find(({ id }) => id === imageRef)?.repoTags, [image.image]);
      await client.removeImage({ image }, { signal });
      assert.equal((await client.imageStatus({ image }, { signal })).image, undefined);
      await assert.rejects(client.pullImage({ image: { image: `${registry.host}/library/none:1` } }, { signal }), isNotFound);
      assert.ok(registry.requests.some((request) => request.endsWith('/v2/library/box/manifests/1')));
    } finally {
      await registry.close();
    }
  });

  test('a server of this process listens in the network of the node', async () => {
    const { scope } = node(0);
    const server = await scope.listen({ address: scope.cidrs.address, port: 0, signal });
    server.on('connection', (socket) => socket.end('here'));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const socket = connect(address.port, scope.cidrs.address);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    assert.equal(heard, 'here');
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(scope.listen({ address: '192.0.2.77', port: 1, signal }), /cannot listen on 192\.0\.2\.77:1/);
  });

  test('a mount made in the node is seen through its path on the host, and nowhere else', async () => {
    const { scope } = node(0);
    const path = `${scope.folders.kubelet}/memory`;
    for (const argv of [
      ['mkdir', path],
      ['mount', '-t', 'tmpfs', 'memory', path],
    ])
      assert.equal((await scope.run(argv, { signal })).code, 0);
    await writeFile(scope.hostPath(`${path}/file`), 'kept in memory');
    assert.equal((await scope.run(['cat', `${path}/file`], { signal })).stdout, 'kept in memory');
    assert.ok(!(await readFile('/proc/self/mountinfo', 'utf8')).includes('kubelet/memory'));
    assert.equal((await scope.run(['umount', path], { signal })).code, 0);
  });

  test('a containerd that is killed comes back, and its containers never notice', async () => {
    const n1 = node(0);
    const watching = new AbortController();
    let resyncs = 0;
    const reading = (async () => {
      for await (const event of n1.client.containerEvents(watching.signal)) if (event.type === 'resync') resyncs++;
    })();
    const pod = await startPod(n1, 'survivor', ['sleep', '1000']);
    await until(() => resyncs === 1, 'the event stream');
    const { pid, restarts } = n1.supervisor.status;
    assert.ok(pid !== undefined);
    sendSignal(pid, 'SIGKILL');
    await until(() => n1.supervisor.status.restarts === restarts + 1 && n1.supervisor.status.state === 'running', 'containerd to return');
    assert.notEqual(n1.supervisor.status.pid, pid);
    const { status } = await n1.client.containerStatus({ containerId: pod.containerId }, { signal });
    assert.equal(status?.state, 'CONTAINER_RUNNING');
    assert.equal((await shell(n1, pod, 'echo alive')).stdout, 'alive\n');
    await until(() => resyncs === 2, 'the event stream to say that it must be listed again');
    watching.abort();
    await reading;
    await endPod(n1, pod);
  });

  test('another supervisor adopts what runs, and brings it back when it dies', async () => {
    const n2 = node(1);
    const { pid } = n2.supervisor.status;
    await n2.supervisor.detach();
    const scope = await openNodeScope(n2.options);
    assert.deepEqual(scope?.holder, n2.scope.holder);
    const successor = supervisorOf(n2.scope);
    await successor.start(signal);
    assert.equal(successor.status.pid, pid);
    assert.ok(pid !== undefined);
    sendSignal(pid, 'SIGKILL');
    await until(() => successor.status.state === 'running' && successor.status.restarts === 1, 'containerd to return');
    await successor.stop(signal);
    assert.equal(successor.status.state, 'stopped');
    await n2.supervisor.start(signal);
  });

  test('making a scope again adopts it', async () => {
    const { options, scope } = node(0);
    assert.deepEqual((await createNodeScope(options, signal)).holder, scope.holder);
    assert.equal((await scope.run(['hostname'], { signal })).stdout, 'n1\n');
  });

  test('a scope whose making was cut short is made anew, with its data', async () => {
    const { options, scope } = node(1);
    const third = { ...options, node: 'n3', address: nodeAddress(options.nodeCidr, 3), podCidr: subnetOf(options.clusterPodCidr, 24, 3) };
    const first = await createNodeScope(third, signal);
    await writeFile(first.hostPath(`${first.folders.kubelet}/kept`), 'data');
    // The record is the last thing that is written.
    await rm(`${first.folders.data}/scope.json`);
    assert.equal(await openNodeScope(third), undefined);
    const second = await createNodeScope(third, signal);
    assert.ok(first.holder !== undefined && !(await isRunning(first.holder)));
    assert.equal(await readFile(second.hostPath(`${second.folders.kubelet}/kept`), 'utf8'), 'data');
    assert.equal((await scope.run(['/bin/busybox', 'ping', '-c', '1', '-w', '5', third.address], { signal })).code, 0);
    await deleteNodeScope({ ...third, keepData: false }, signal);
  });

  test('a scope whose making is interrupted at any moment can be taken down without a trace', async () => {
    const { options } = node(0);
    const fourth = { ...options, node: 'n4', address: nodeAddress(options.nodeCidr, 4), podCidr: subnetOf(options.clusterPodCidr, 24, 4) };
    for (const delayMs of [1, 8, 16, 24, 32, 48, 64, 96]) {
      const controller = new AbortController();
      clock.after(delayMs, () => controller.abort(new Error('interrupted')));
      const made = await createNodeScope(fourth, controller.signal).then(
        () => true,
        () => false,
      );
      assert.ok(made || controller.signal.aborted);
      await deleteNodeScope(fourth, signal);
      assert.deepEqual((await readdir(`${dataDir}/nodes`)).sort(), ['n1', 'n2']);
      const { stdout } = await runChecked(['ip', '-br', 'link'], clock, { signal });
      assert.ok(!stdout.includes(nodeNames(cluster, 'n4').veth));
      for (const { mount } of (await readCgroupLayout()).hierarchies) {
        assert.ok(!(await readdir(`${mount}/tyke-${cluster}`)).includes('n4'));
      }
    }
  });

  test('a call under way ends with its signal', async () => {
    const n1 = node(0);
    const pod = await startPod(n1, 'patient', ['sleep', '1000']);
    const controller = new AbortController();
    const call = n1.client.execSync({ containerId: pod.containerId, cmd: ['sleep', '100'], timeout: 100 }, { signal: controller.signal });
    const reason = new Error('no longer wanted');
    controller.abort(reason);
    await assert.rejects(call, reason);
    await endPod(n1, pod);
  });

  test('deletion ends what runs and leaves nothing, and may be repeated', async () => {
    const n1 = node(0);
    await startPod(n1, 'forgotten', ['sh', '-c', 'trap "" TERM; sleep 1000']);
    // Processes that refuse to end, in a group that nobody tidied.
    const layout = await readCgroupLayout();
    await makeCgroup(layout, `${n1.scope.cgroupRoot}/stray/deeper`);
    for (const { supervisor } of nodes) await supervisor.detach();
    const holders = nodes.flatMap(({ scope }) => scope.holder ?? []);
    for (const name of ['n1', 'n2', 'n1']) await deleteNodeScope({ cluster, node: name, dataDir, clock }, signal);
    await deleteClusterNetwork(cluster, clock, signal);
    await deleteClusterNetwork(cluster, clock, signal);
    for (const holder of holders) assert.equal(await isRunning(holder), false);
    assert.equal((await cgroupProcesses(layout, nodeCgroup(cluster, 'n1'))).size, 0);
    assert.deepEqual(await traces(), []);
    assert.deepEqual(await readdir(dataDir), []);
  });
});
