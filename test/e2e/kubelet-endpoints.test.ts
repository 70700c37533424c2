// The kubelet's endpoints against a real containerd: logs, commands and ports over every protocol that clients speak, figures, refusals.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';

import { systemClock as clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { secureRandom as random } from '../../src/base/random.ts';
import { Client } from '../../src/client/client.ts';
import { createAuthority, issueCertificate } from '../../src/cluster/pki/authority.ts';
import type { KeyPair } from '../../src/cluster/pki/authority.ts';
import { podOf, TinyApi } from '../../src/node/kubelet/kubelet-fixture.ts';
import type { KubeletView, PodView } from '../../src/node/kubelet/seams.ts';
import { runKubeletServer } from '../../src/node/kubelet/streaming/index.ts';
import { SpdyConnection } from '../../src/node/kubelet/streaming/spdy-connection.ts';
import type { SpdyStream } from '../../src/node/kubelet/streaming/spdy-connection.ts';
import {
  chooseClusterCidrs,
  createClusterNetwork,
  deleteClusterNetwork,
  gatewayAddress,
  nodeAddress,
  subnetOf,
  takenCidrs,
  uplinkMtu,
  writeCniConfig,
} from '../../src/node/network/index.ts';
import { ContainerdSupervisor, createCriClient, ensurePauseImage, loadImage } from '../../src/node/runtime/index.ts';
import type { CriClient } from '../../src/node/runtime/index.ts';
import { createNodeScope, deleteNodeScope } from '../../src/node/scope/index.ts';
import type { NodeScope } from '../../src/node/scope/index.ts';
import { Informers } from '../../src/runtime/informers.ts';
import { busyboxDockerArchive, BUSYBOX_IMAGE } from './images.ts';

const cluster = `endp${process.pid}`;
const { signal } = new AbortController();
const parts = { clock, random };
const SCRIPT =
  'echo first; echo oops >&2; mkdir -p /tmp/w; echo pong > /tmp/w/i; httpd -p 127.0.0.1:8080 -h /tmp/w; while read line; do echo "got $line"; done';
const QUESTION = 'GET /i HTTP/1.0\r\n\r\n';

let dataDir: string;
let scope: NodeScope;
let cri: CriClient;
let supervisor: ContainerdSupervisor;
let authority: KeyPair;
let admin: KeyPair;
let nobody: KeyPair;
let server: Promise<void>;
let port: number;
let state: 'running' | 'exited' = 'running';
const stop = new AbortController();

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tyke-endpoints-'));
  const cidrs = chooseClusterCidrs(await takenCidrs(clock, signal));
  const mtu = await uplinkMtu(clock, signal);
  const routed = { name: 'n1', address: nodeAddress(cidrs.nodeCidr, 1), podCidr: subnetOf(cidrs.podCidr, 24, 1) };
  await createClusterNetwork({ cluster, ...cidrs, nodes: [routed], mtu, clock }, signal);
  const { nodeCidr, podCidr: clusterPodCidr, serviceCidr } = cidrs;
  const gateway = gatewayAddress(nodeCidr);
  scope = await createNodeScope(
    {
      cluster,
      node: 'n1',
      dataDir,
      address: routed.address,
      nodeCidr,
      podCidr: routed.podCidr,
      clusterPodCidr,
      serviceCidr,
      gateway,
      mtu,
      clock,
    },
    signal,
  );
  await writeCniConfig(scope, { mtu });
  supervisor = new ContainerdSupervisor({ scope, clock, random, logger: silentLogger });
  await supervisor.start(signal);
  cri = createCriClient({ socket: () => scope.socket, clock, random });
  await ensurePauseImage({ scope, client: cri, clock }, signal);
  await loadImage({ scope, client: cri, clock }, await busyboxDockerArchive(), signal);
  await startServer(await startPod());
});

after(async () => {
  stop.abort();
  await server;
  await supervisor.detach();
  cri.close();
  await deleteNodeScope({ cluster, node: 'n1', dataDir, clock }, signal);
  await deleteClusterNetwork(cluster, clock, signal);
  await rm(dataDir, { recursive: true, force: true });
});

async function startPod(): Promise<KubeletView> {
  const logDirectory = `${scope.folders.podLogs}/default_web_u1`;
  const cgroup = '/kubepods/podu1';
  const config = {
    metadata: { name: 'web', namespace: 'default', uid: 'u1', attempt: 0 },
    hostname: 'web',
    logDirectory,
    linux: { cgroupParent: `${scope.cgroupRoot}${cgroup}` },
  };
  const { podSandboxId } = await cri.runPodSandbox({ config }, { signal });
  const container = {
    metadata: { name: 'main', attempt: 0 },
    image: { image: BUSYBOX_IMAGE },
    command: ['sh', '-c', SCRIPT],
    logPath: 'main/0.log',
    stdin: true,
  };
  const { containerId } = await cri.createContainer({ podSandboxId, config: container, sandboxConfig: config }, { signal });
  await cri.startContainer({ containerId }, { signal });
  const pod = podOf({
    metadata: { name: 'web', namespace: 'default', uid: 'u1' },
    spec: {
      containers: [
        { name: 'main', image: 'box' },
        { name: 'waiting', image: 'box' },
      ],
    },
  });
  const view = (): PodView => ({
    pod,
    sandboxId: podSandboxId,
    podIPs: [],
    cgroup,
    containers: [{ id: containerId, name: 'main', state, attempt: 0, logPath: `${logDirectory}/main/0.log`, createdAtMs: clock.now() }],
  });
  const find = (namespace: string, name: string): PodView | undefined => (namespace === 'default' && name === 'web' ? view() : undefined);
  return {
    pods: () => [view()],
    pod: find,
    container: (namespace, name, container) => find(namespace, name)?.containers.find((each) => each.name === container),
  };
}

async function startServer(view: KubeletView): Promise<void> {
  authority = await createAuthority('ca', parts);
  admin = await issueCertificate(
    authority,
    { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'], usages: ['client'] },
    parts,
  );
  nobody = await issueCertificate(authority, { commonName: 'eve', usages: ['client'] }, parts);
  const serving = await issueCertificate(authority, { commonName: 'n1', usages: ['server'], ipAddresses: [scope.cidrs.address] }, parts);
  const api = new TinyApi();
  api.answer = ({ kind, body }) => {
    assert.ok(body);
    if (kind.kind === 'SubjectAccessReview') return { ...(body.object as object), status: { allowed: false } };
    const { token } = (body.object as { spec: { token: string } }).spec;
    return { status: token === 'good' ? { authenticated: true, user: { username: 'bob', groups: ['system:masters'] } } : { user: {} } };
  };
  const client = new Client(api);
  const informers = new Informers({ client, clock, random, logger: silentLogger }, signal);
  await new Promise<void>((resolve, reject) => {
    server = runKubeletServer(
      {
        parts: { nodeName: 'n1', scope, cri, client, informers, clock, random, logger: silentLogger, node: () => undefined },
        view,
        tls: { key: serving.key, cert: serving.cert, clientCa: authority.cert },
        onListening(bound) {
          port = bound;
          resolve();
        },
      },
      stop.signal,
    );
    server.catch(reject);
  });
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const identity = (who: KeyPair | null): object => ({ ca: authority.cert, ...(who && { key: who.key, cert: who.cert }) });

function get(path: string, who: KeyPair | null = admin, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpsRequest({ host: scope.cidrs.address, port, path, headers, ...identity(who) }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

/** A client that speaks SPDY, as kubectl does. */
function spdy(path: string, protocol: string): Promise<SpdyConnection> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol };
    httpsRequest({ host: scope.cidrs.address, port, path, method: 'POST', headers, ...identity(admin) })
      .on('upgrade', (response, socket, head) => {
        assert.equal(response.headers['x-stream-protocol-version'], protocol);
        resolve(new SpdyConnection(socket, { side: 'client' }, head));
      })
      .on('response', (response) => reject(new Error(`not upgraded: ${response.statusCode}`)))
      .on('error', reject)
      .end();
  });
}

/** A WebSocket of binary messages as a byte stream, by hand: libraries refuse the subprotocol's name. */
function tunnel(path: string, protocol: string): Promise<Duplex> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-protocol': protocol,
  };
  return new Promise((resolve, reject) => {
    httpsRequest({ host: scope.cidrs.address, port, path, headers, ...identity(admin) })
      .on('upgrade', (response, socket, head: Buffer) => {
        assert.equal(response.headers['sec-websocket-protocol'], protocol);
        resolve(binaryMessages(socket, head));
      })
      .on('response', (response) => reject(new Error(`not upgraded: ${response.statusCode}`)))
      .on('error', reject)
      .end();
  });
}

function binaryMessages(socket: Duplex, head: Buffer): Duplex {
  let pending = head;
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      const header = Buffer.alloc(8);
      header.writeUInt16BE(0x82fe);
      header.writeUInt16BE(chunk.byteLength, 2);
      // The mask is zero: the bytes stay as they are.
      socket.write(Buffer.concat([header, chunk]), done);
    },
    final(done) {
      socket.end(done);
    },
  });
  const take = (chunk: Buffer): void => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const short = (pending[1] ?? 0) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (pending.byteLength < start) return;
      const length = short === 126 ? pending.readUInt16BE(2) : short === 127 ? Number(pending.readBigUInt64BE(2)) : short;
      if (pending.byteLength < start + length) return;
      if (pending[0] === 0x82) stream.push(pending.subarray(start, start + length));
      pending = pending.subarray(start + length);
    }
  };
  socket.on('data', take);
  socket.on('close', () => stream.destroy());
  return stream;
}

async function textOf(stream: SpdyStream | Duplex): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

const command = (script: string): string => ['sh', '-c', script].map((word) => `command=${encodeURIComponent(word)}`).join('&');

describe("the kubelet's endpoints", { timeout: 60_000 }, () => {
  test('only those whom the API server allows get in', async () => {
    assert.equal((await get('/healthz')).text, 'ok');
    assert.equal((await get('/healthz', null)).status, 401);
    assert.equal((await get('/pods', nobody)).status, 403);
    assert.equal((await get('/healthz', null, { authorization: 'Bearer good' })).status, 200);
    assert.equal((await get('/healthz', null, { authorization: 'Bearer bad' })).status, 401);
    assert.equal((await get('/none')).status, 404);
    assert.equal(JSON.parse((await get('/pods')).text).items[0].metadata.name, 'web');
  });

  test('logs are shown as they were written', async () => {
    assert.equal((await get('/containerLogs/default/web/main?tailLines=1&stream=stderr')).status, 200);
    assert.deepEqual((await get('/containerLogs/default/web/main')).text.split('\n').toSorted(), ['', 'first', 'oops']);
    assert.equal((await get('/containerLogs/default/web/main?stream=Stderr')).text, 'oops\n');
    assert.match(
      (await get('/containerLogs/default/web/main?timestamps=true&limitBytes=40')).text,
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \w+/,
    );
    assert.match((await get('/containerLogs/default/web/none')).text, /container "none" not found in pod "web"/);
    assert.match((await get('/containerLogs/default/web/waiting')).text, /container "waiting" in pod "web" is not available/);
    assert.match(
      (await get('/containerLogs/default/web/main?previous=true')).text,
      /previous terminated container "main" in pod "web" not found/,
    );
  });

  test('a command runs over SPDY: input is closed, outputs are apart, the exit code arrives', async () => {
    const connection = await spdy(
      `/exec/default/web/main?input=1&output=1&error=1&${command('cat; echo err >&2; exit 3')}`,
      'v4.channel.k8s.io',
    );
    const [error, stdin, stdout, stderr] = ['error', 'stdin', 'stdout', 'stderr'].map((streamtype) => connection.open({ streamtype }));
    assert.ok(error && stdin && stdout && stderr);
    for (const stream of [error, stdout, stderr]) stream.end();
    const sent = 'x'.repeat(3_000_000);
    stdin.end(sent);
    const [out, err, status] = await Promise.all([textOf(stdout), textOf(stderr), textOf(error)]);
    assert.ok(out === sent, `${out.length} bytes came back`);
    assert.equal(err, 'err\n');
    const { message, reason, details } = JSON.parse(status) as { message: string; reason: string; details: { causes: object[] } };
    assert.match(message, /command terminated with exit code 3|exit code 3/);
    assert.equal(reason, 'NonZeroExitCode');
    assert.deepEqual(details.causes, [{ reason: 'ExitCode', message: '3' }]);
    await connection.closed;
  });

  for (const protocol of ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io']) {
    test(`a command runs over WebSocket ${protocol}`, async () => {
      const script = protocol.startsWith('v5') ? 'cat; exit 4' : 'read line; echo $line; exit 4';
      const url = `wss://${scope.cidrs.address}:${port}/exec/default/web/main?input=1&output=1&${command(script)}`;
      const socket = new WebSocket(url, [protocol], identity(admin));
      const base64 = protocol.startsWith('base64');
      const heard: string[] = ['', '', '', '', ''];
      socket.on('message', (data: Buffer) => {
        const channel = base64 ? Number(data.toString()[0]) : (data[0] ?? 0);
        heard[channel] += base64 ? Buffer.from(data.subarray(1).toString(), 'base64').toString() : data.subarray(1).toString();
      });
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      assert.equal(socket.protocol, protocol);
      socket.send(base64 ? `0${Buffer.from('hello\n').toString('base64')}` : Buffer.from('\0hello\n'));
      if (protocol.startsWith('v5')) socket.send(Uint8Array.of(255, 0));
      const code = await new Promise((resolve) => socket.on('close', resolve));
      assert.equal(code, 1000);
      assert.equal(heard[1], 'hello\n');
      assert.match(heard[3] ?? '', protocol.startsWith('v') ? /"reason":"ExitCode","message":"4"/ : /exit code 4/);
    });
  }

  test('a terminal learns its size', async () => {
    const connection = await spdy(`/exec/default/web/main?input=1&output=1&tty=1&${command('read x; stty size')}`, 'v4.channel.k8s.io');
    const [error, stdin, stdout, resize] = ['error', 'stdin', 'stdout', 'resize'].map((streamtype) => connection.open({ streamtype }));
    assert.ok(error && stdin && stdout && resize);
    resize.write('{"Width":91,"Height":23}\n');
    // The size is set by the runtime some time after it was sent.
    await clock.sleep(200, signal);
    stdin.write('\n');
    assert.match(await textOf(stdout), /23 91/);
    assert.match(await textOf(error), /"status":"Success"/);
    connection.destroy();
  });

  test('ports that listen on loopback only are reached, over SPDY, over SPDY in a WebSocket, and over channels', async () => {
    const talk = async (connection: SpdyConnection, requestid: string): Promise<string> => {
      const error = connection.open({ streamtype: 'error', port: '8080', requestid });
      error.end();
      const data = connection.open({ streamtype: 'data', port: '8080', requestid });
      data.end(QUESTION);
      const [said, problem] = await Promise.all([textOf(data), textOf(error)]);
      assert.equal(problem, '');
      return said;
    };
    const plain = await spdy('/portForward/default/web', 'portforward.k8s.io');
    const pong = /^HTTP\/1\.\d 200 OK[\s\S]*pong\n$/;
    assert.match(await talk(plain, '0'), pong);
    assert.match(await talk(plain, '1'), pong);
    plain.close();

    const url = `wss://${scope.cidrs.address}:${port}/portForward/default/web`;
    const inside = new SpdyConnection(await tunnel('/portForward/default/web', 'SPDY/3.1+portforward.k8s.io'), { side: 'client' });
    assert.match(await talk(inside, '0'), pong);
    inside.close();

    const channels = new WebSocket(`${url}?port=8080`, ['v4.channel.k8s.io'], identity(admin));
    const heard: Buffer[] = [];
    await new Promise<void>((resolve, reject) => {
      channels.on('error', reject).on('message', (data: Buffer) => {
        heard.push(data);
        if (heard.length === 2) channels.send(`\0${QUESTION}`, { binary: true });
        if (data.subarray(1).toString().endsWith('pong\n')) resolve();
      });
    });
    assert.deepEqual(
      heard.slice(0, 2).map((message) => [...message]),
      [
        [0, 0x90, 0x1f],
        [1, 0x90, 0x1f],
      ],
    );
    channels.close();
  });

  test('clients that go away in the middle of anything do no harm', async () => {
    const base = `wss://${scope.cidrs.address}:${port}`;
    for (const path of [`/exec/default/web/main?input=1&output=1&error=1&${command('yes')}`, '/portForward/default/web?port=8080']) {
      const socket = new WebSocket(`${base}${path}`, ['v4.channel.k8s.io'], identity(admin));
      await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
      socket.terminate();
    }
    const exec = await spdy(`/exec/default/web/main?input=1&output=1&error=1&${command('yes')}`, 'v4.channel.k8s.io');
    const [, , stdout] = ['error', 'stdin', 'stdout', 'stderr'].map((streamtype) => exec.open({ streamtype }));
    await new Promise((resolve) => stdout?.once('data', resolve));
    exec.destroy();
    const half = await spdy(`/exec/default/web/main?input=1&output=1&${command('yes')}`, 'v4.channel.k8s.io');
    half.open({ streamtype: 'error' });
    half.destroy();
    const forward = await spdy('/portForward/default/web', 'portforward.k8s.io');
    const data = forward.open({ streamtype: 'data', port: '8080', requestid: '0' });
    data.write('GET');
    forward.destroy();
    await forward.closed;
    await clock.sleep(100, signal);
    assert.equal((await get('/healthz')).text, 'ok');
  });

  test('figures come from control groups', async () => {
    const summary = JSON.parse((await get('/stats/summary')).text) as {
      node: { fs: { capacityBytes: number } };
      pods: { containers: { memory: { workingSetBytes: number } }[]; network: { name: string } }[];
    };
    assert.ok(summary.node.fs.capacityBytes > 0);
    assert.ok((summary.pods[0]?.containers[0]?.memory.workingSetBytes ?? 0) > 0);
    assert.equal(summary.pods[0]?.network.name, 'eth0');
    assert.match(
      (await get('/metrics/resource')).text,
      /container_cpu_usage_seconds_total\{container="main",namespace="default",pod="web"\} [\d.]+ \d+/,
    );
    assert.match((await get('/metrics')).text, /kubelet_running_pods 1/);
  });

  test('an attached client talks to the container itself, and a followed log ends with it', async () => {
    const following = get('/containerLogs/default/web/main?follow=true&stream=Stdout');
    const connection = await spdy('/attach/default/web/main?input=1&output=1', 'v4.channel.k8s.io');
    const [error, stdin, stdout] = ['error', 'stdin', 'stdout'].map((streamtype) => connection.open({ streamtype }));
    assert.ok(error && stdin && stdout);
    stdin.write('hello\n');
    const heard = new Promise<string>((resolve) => stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    assert.equal(await heard, 'got hello\n');
    connection.destroy();
    const [container] = (await cri.listContainers({}, { signal })).containers;
    assert.ok(container);
    await cri.stopContainer({ containerId: container.id, timeout: 0 }, { signal });
    state = 'exited';
    assert.equal((await following).text, 'first\ngot hello\n');
    assert.equal((await get(`/exec/default/web/main?output=1&command=true`)).status, 500);
  });
});
