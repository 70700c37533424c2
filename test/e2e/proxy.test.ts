// The service proxy with real traffic: two nodes on this machine, and programs in network namespaces that stand for Pods.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { must } from '../../src/base/assert.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { silentLogger as logger } from '../../src/base/logger.ts';
import { secureRandom as random } from '../../src/base/random.ts';
import type { Service } from '../../src/api/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../src/api/discovery/v1/endpoint-slice.ts';
import { Client } from '../../src/client/client.ts';
import {
  addressIn,
  chooseClusterCidrs,
  createClusterNetwork,
  deleteClusterNetwork,
  gatewayAddress,
  nodeAddress,
  subnetOf,
  syncRoutes,
  takenCidrs,
  uplinkMtu,
  type ClusterCidrs,
} from '../../src/node/network/index.ts';
import { runProxy } from '../../src/node/proxy/index.ts';
import { createNodeScope, deleteNodeScope, runCommand, type NodeScope } from '../../src/node/scope/index.ts';
import { askFrom, makePodBridge, startBarePod, type BarePod, type Question } from './bare-pod.ts';
import { ObjectSource } from './object-source.ts';

const cluster = `proxy${process.pid}`;
const ended = new AbortController();
const { signal } = new AbortController();
const source = new ObjectSource();
const TABLE = `tyke-${cluster}-proxy`;

let dataDir: string;
let cidrs: ClusterCidrs;
const scopes: NodeScope[] = [];
const pods: BarePod[] = [];
const proxies: Promise<void>[] = [];

const scopeAt = (index: number): NodeScope => must(scopes[index], 'a node');
/** 0 and 1 run on the first node, 2 on the second. */
const podAt = (index: number): BarePod => must(pods[index], 'a Pod');
const virtual = (index: number): string => addressIn(cidrs.serviceCidr, index);
const fromHost = (question: Question): Promise<string[]> => askFrom((argv) => runCommand(argv, clock, { signal }), question);
const fromNode = (index: number, question: Question): Promise<string[]> =>
  askFrom((argv) => scopeAt(index).run(argv, { signal }), question);

function startProxy(index: number, until: AbortSignal): Promise<void> {
  const scope = scopeAt(index);
  return runProxy({ scope, client: new Client(source), clock, random, logger, nodeName: scope.node }, until);
}

interface ServiceInput {
  readonly name: string;
  readonly address: number;
  readonly endpoints: readonly number[];
  readonly protocol?: string;
  readonly spec?: Partial<Service['spec']>;
  readonly nodePort?: number;
}

/** Sets a Service with its endpoints, and waits until both nodes know it. */
async function publish({ name, address, endpoints, protocol = 'TCP', spec = {}, nodePort }: ServiceInput): Promise<string> {
  const clusterIP = virtual(address);
  const port = { protocol, port: 80, targetPort: 8080, ...(nodePort === undefined ? {} : { nodePort }) };
  const whole: Service['spec'] = {
    type: nodePort === undefined ? 'ClusterIP' : 'NodePort',
    clusterIP,
    clusterIPs: [clusterIP],
    ports: [port],
    ...spec,
  };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name },
    spec: whole,
    status: { loadBalancer: {} },
  };
  const standing = endpoints.map((index): Endpoint => ({
    addresses: [podAt(index).address],
    conditions: { ready: true },
    nodeName: index < 2 ? 'n1' : 'n2',
  }));
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: standing,
    ports: [{ protocol, port: 8080 }],
  };
  source.put(slice);
  source.put(service);
  await settled();
  return clusterIP;
}

/** A marker Service behind everything that was published: once it is in the kernel, so is all before it. */
let markers = 0;
async function settled(): Promise<void> {
  const clusterIP = virtual(1000 + ++markers);
  const spec: Service['spec'] = {
    type: 'ClusterIP',
    clusterIP,
    clusterIPs: [clusterIP],
    ports: [{ protocol: 'TCP', port: 1, targetPort: 1 }],
  };
  const metadata = { namespace: 'default', name: 'marker' };
  source.put({ apiVersion: 'v1', kind: 'Service', metadata, spec, status: { loadBalancer: {} } } as Service);
  const deadlineMs = clock.monotonicMs() + 10_000;
  for (const scope of scopes) {
    for (;;) {
      const { code } = await scope.run(['nft', 'get', 'element', 'ip', TABLE, 'refused', `{ ${clusterIP} . tcp . 1 }`], { signal });
      if (code === 0) break;
      assert.ok(clock.monotonicMs() < deadlineMs, 'the rules never reached the kernel');
      await clock.sleep(10, signal);
    }
  }
}

const namesOf = (answers: readonly string[]): string[] => [...new Set(answers.map((answer) => answer.split(' ')[0] ?? ''))].toSorted();
const sourcesOf = (answers: readonly string[]): string[] => [...new Set(answers.map((answer) => answer.split(' ')[1] ?? ''))].toSorted();

describe('Services between two nodes', { timeout: 120_000, skip: process.getuid?.() !== 0 && 'needs root' }, () => {
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tyke-proxy-'));
    cidrs = chooseClusterCidrs(await takenCidrs(clock, signal));
    const mtu = await uplinkMtu(clock, signal);
    const nodes = [1, 2].map((at) => ({
      name: `n${at}`,
      address: nodeAddress(cidrs.nodeCidr, at),
      podCidr: subnetOf(cidrs.podCidr, 24, at),
    }));
    await createClusterNetwork({ cluster, ...cidrs, nodes, mtu, clock }, signal);
    const { nodeCidr, podCidr: clusterPodCidr, serviceCidr } = cidrs;
    const gateway = gatewayAddress(nodeCidr);
    for (const { name, address, podCidr } of nodes) {
      const options = { cluster, node: name, dataDir, address, nodeCidr, podCidr, clusterPodCidr, serviceCidr, gateway, mtu, clock };
      const scope = await createNodeScope(options, signal);
      scopes.push(scope);
      await syncRoutes(scope, nodes, signal);
      await makePodBridge(scope, addressIn(podCidr, 1), signal);
    }
    for (const [node, index] of [
      [0, 0],
      [0, 1],
      [1, 2],
    ] as const) {
      const { podCidr } = must(nodes[node], 'a node');
      pods.push(await startBarePod(scopeAt(node), `pod${index}`, addressIn(podCidr, 10 + index), addressIn(podCidr, 1), signal));
    }
    for (const index of [0, 1]) proxies.push(startProxy(index, ended.signal));
    await source.watched(4);
  });

  after(async () => {
    ended.abort(new Error('the test ends'));
    for (const proxy of proxies) await assert.rejects(proxy, /the test ends/);
    for (const pod of pods) await pod.end();
    for (const node of ['n1', 'n2']) await deleteNodeScope({ cluster, node, dataDir, clock }, signal);
    await deleteClusterNetwork(cluster, clock, signal);
    await rm(dataDir, { recursive: true, force: true });
  });

  test('load is spread over all endpoints from a Pod of either node, the nodes and the host, and an endpoint reaches itself', async () => {
    const host = await publish({ name: 'web', address: 20, endpoints: [0, 1, 2] });
    const question = { host, port: 80, count: 40 };
    const all = ['pod0', 'pod1', 'pod2'];
    const fromPod = await podAt(0).ask(question);
    assert.deepEqual(namesOf(fromPod), all);
    // Other Pods see the asker's own address; itself it sees by the node's.
    for (const answer of fromPod.filter((text) => !text.startsWith('pod0'))) assert.equal(answer.split(' ')[1], podAt(0).address);
    assert.deepEqual(namesOf(await podAt(2).ask(question)), all);
    assert.deepEqual(namesOf(await fromNode(0, question)), all);
    assert.deepEqual(namesOf(await fromNode(1, question)), all);
    assert.deepEqual(namesOf(await fromHost(question)), all);
  });

  test('an endpoint that goes gets nothing more; a Service without any is refused at once, and so is a port that it has not', async () => {
    const host = await publish({ name: 'web', address: 20, endpoints: [2] });
    assert.deepEqual(namesOf(await podAt(0).ask({ host, port: 80, count: 10 })), ['pod2']);
    await publish({ name: 'web', address: 20, endpoints: [] });
    assert.deepEqual(await podAt(0).ask({ host, port: 80 }), ['ECONNREFUSED']);
    assert.deepEqual(await fromNode(0, { host, port: 80 }), ['ECONNREFUSED']);
    assert.deepEqual(await fromHost({ host, port: 80 }), ['ECONNREFUSED']);
    assert.deepEqual(await podAt(0).ask({ host, port: 81 }), ['ECONNREFUSED']);
  });

  test('a node port answers on every node, from the host, a Pod and a node; with the policy Local it keeps the source', async () => {
    await publish({ name: 'open', address: 21, endpoints: [0, 2], nodePort: 30_080 });
    for (const index of [0, 1]) {
      const host = scopeAt(index).cidrs.address;
      const question = { host, port: 30_080, count: 20 };
      assert.deepEqual(namesOf(await fromHost(question)), ['pod0', 'pod2']);
      assert.deepEqual(namesOf(await podAt(1).ask(question)), ['pod0', 'pod2']);
      assert.deepEqual(namesOf(await fromNode(index, question)), ['pod0', 'pod2']);
    }
    await publish({ name: 'open', address: 21, endpoints: [0], nodePort: 30_080, spec: { externalTrafficPolicy: 'Local' } });
    const local = await fromHost({ host: scopeAt(0).cidrs.address, port: 30_080, count: 5 });
    assert.deepEqual([namesOf(local), sourcesOf(local)], [['pod0'], [gatewayAddress(cidrs.nodeCidr)]]);
    assert.deepEqual(await fromHost({ host: scopeAt(1).cidrs.address, port: 30_080 }), ['timeout']);
    assert.deepEqual(namesOf(await podAt(2).ask({ host: scopeAt(1).cidrs.address, port: 30_080 })), ['pod0']);
  });

  test('a client sticks to its endpoint where asked to, also when the proxy starts again', async () => {
    const host = await publish({ name: 'sticky', address: 22, endpoints: [0, 1, 2], spec: { sessionAffinity: 'ClientIP' } });
    const question = { host, port: 80, count: 15 };
    const first = namesOf(await podAt(2).ask(question));
    assert.equal(first.length, 1);
    const again = new AbortController();
    const second = startProxy(1, again.signal);
    await source.watched(6);
    await clock.sleep(300, signal);
    assert.deepEqual(namesOf(await podAt(2).ask(question)), first);
    again.abort(new Error('enough'));
    await assert.rejects(second, /enough/);
  });

  test('UDP from one port follows when its endpoint goes, and finds the first endpoint that comes', async () => {
    const host = await publish({ name: 'names', address: 23, endpoints: [1], protocol: 'UDP' });
    const question = { protocol: 'udp', host, port: 80, sourcePort: 5555 } as const;
    // Flows are forgotten a moment after the rules are loaded.
    const eventually = async (expected: string): Promise<void> => {
      let answers: string[] = [];
      for (let attempt = 0; attempt < 20 && answers[0] !== expected; attempt++) answers = namesOf(await podAt(0).ask(question));
      assert.deepEqual(answers, [expected]);
    };
    await eventually('pod1');
    await publish({ name: 'names', address: 23, endpoints: [2], protocol: 'UDP' });
    await eventually('pod2');
    await publish({ name: 'names', address: 23, endpoints: [], protocol: 'UDP' });
    await eventually('ECONNREFUSED');
    await publish({ name: 'names', address: 23, endpoints: [1], protocol: 'UDP' });
    await eventually('pod1');
  });

  test('a table that somebody removed comes back with the next load that fails', async () => {
    const host = await publish({ name: 'web', address: 20, endpoints: [0] });
    await scopeAt(0).run(['nft', 'delete', 'table', 'ip', TABLE], { signal });
    await publish({ name: 'web', address: 20, endpoints: [1] });
    assert.deepEqual(namesOf(await podAt(0).ask({ host, port: 80 })), ['pod1']);
  });

  test('the host reaches a Service although the node has no other way out', async () => {
    const { address, serviceCidr } = scopeAt(0).cidrs;
    const host = await publish({ name: 'web', address: 20, endpoints: [0, 2] });
    const { stdout } = await scopeAt(0).run(['ip', 'route', 'show', 'default'], { signal });
    await scopeAt(0).run(['ip', 'route', 'del', 'default'], { signal });
    await scopeAt(0).run(['ip', 'route', 'replace', serviceCidr, 'dev', 'lo', 'src', address], { signal });
    assert.deepEqual(namesOf(await fromNode(0, { host, port: 80, count: 10 })), ['pod0', 'pod2']);
    await scopeAt(0).run(['ip', 'route', 'del', serviceCidr], { signal });
    await scopeAt(0).run(['ip', 'route', 'add', ...stdout.trim().split(/\s+/)], { signal });
  });
});
