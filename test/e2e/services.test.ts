// Services and names as Pods and users see them, on a cluster of two nodes.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import packet from 'dns-packet';
import { startE2eCluster } from './cluster.ts';
import type { E2eCluster, Finished } from './cluster.ts';
import { FOREVER, pod } from './manifests.ts';

const LIMIT_MS = 120_000;
/** Where the test's own resolver listens: only the machine's loopback knows it. */
const RESOLVER = `127.${(process.pid >> 16) & 255}.${(process.pid >> 8) & 255}.${(process.pid & 127) + 2}`;
const OUTSIDE = 'outside.example.org';

const says = (wanted: string | RegExp) => (answer: Finished) =>
  typeof wanted === 'string' ? answer.stdout === wanted : wanted.test(answer.stdout);

/** A resolver that knows one name. */
async function startResolver(): Promise<{ readonly close: () => void; readonly asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { id, questions = [] } = packet.decode(message);
    const [{ name, type } = { name: '', type: 'A' }] = questions;
    asked.push(name);
    const known = name.toLowerCase() === OUTSIDE;
    const answers = known && type === 'A' ? [{ type: 'A' as const, name, ttl: 30, data: '192.0.2.77' }] : [];
    socket.send(
      packet.encode({ type: 'response', id, flags: packet.RECURSION_DESIRED | (known ? 0 : 3), questions, answers }),
      from.port,
      from.address,
    );
  });
  socket.bind(53, RESOLVER);
  await once(socket, 'listening');
  return { asked, close: () => socket.close() };
}

function service(name: string, app: string, more: object = {}): object {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app }, ports, ...more } };
}

describe('Services', { timeout: 420_000 }, () => {
  let cluster: E2eCluster;
  let resolver: Awaited<ReturnType<typeof startResolver>>;
  let folder = '';
  const nodes = (): string[] => [cluster.name, `${cluster.name}-2`];

  /** A Pod that answers with its name while the file `/www/index.html` is there. */
  const server = (name: string, nodeName: string, script = 'echo $HOSTNAME > /www/index.html; ', app = 'echo'): object => {
    const readinessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
    const manifest = pod(name, `mkdir /www; ${script}trap "exit" TERM; httpd -f -p 8080 -h /www & wait`, { nodeName }, { readinessProbe });
    return { ...manifest, metadata: { name, labels: { app, name } } };
  };
  const inside = (name: string, script: string): string[] => ['exec', name, '--', 'sh', '-c', script];
  /** Which Pods answered `count` questions, each once. */
  const answers = async (from: string, host: string, count: number): Promise<string[]> => {
    const script = `i=0; while [ $i -lt ${count} ]; do timeout 5 wget -qO- http://${host}/ || echo failed; i=$((i + 1)); done | sort | uniq`;
    return (await cluster.ok(...inside(from, script))).trim().split('\n');
  };
  const backends = (name: string, count: number): Promise<Finished> =>
    cluster.eventually(
      `${name} has ${count} ready endpoints`,
      [
        'get',
        'endpointslices',
        '-l',
        `kubernetes.io/service-name=${name}`,
        '-o',
        'jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}x{end}',
      ],
      says('x'.repeat(count)),
      LIMIT_MS,
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tyke-services-'));
    resolver = await startResolver();
    const resolvConf = join(folder, 'resolv.conf');
    await writeFile(resolvConf, `nameserver ${RESOLVER}\n`);
    // Only the cluster sees the other resolver.
    const under = [
      'unshare',
      '--mount',
      '--propagation',
      'slave',
      '--',
      'sh',
      '-c',
      'mount --bind "$0" "$(readlink -f /etc/resolv.conf)" && exec "$@"',
      resolvConf,
    ];
    cluster = await startE2eCluster({ name: `svc-${process.pid}`, nodes: 2, under });
    const [first = '', second = ''] = nodes();
    await cluster.apply([
      server('echo-1', first),
      server('echo-2', second),
      server('echo-3', second, ''),
      pod('client-1', FOREVER, { nodeName: first }),
      pod('client-2', FOREVER, { nodeName: second }),
      service('echo', 'echo'),
      service('node-port', 'echo', { type: 'NodePort' }),
      service('headless', 'echo', { clusterIP: 'None' }),
      service('only-1', 'echo', { selector: { name: 'echo-1' } }),
    ]);
    await cluster.ok('wait', '--for=condition=Ready', 'pod', 'echo-1', 'echo-2', 'client-1', 'client-2', '--timeout=120s');
    await Promise.all([backends('echo', 2), backends('node-port', 2), backends('headless', 2), backends('only-1', 1)]);
  });
  after(async () => {
    await cluster?.delete();
    resolver?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('load spreads over the ready Pods of both nodes, from Pods of both', async () => {
    for (const client of ['client-1', 'client-2']) {
      await cluster.eventually(`${client} is served`, inside(client, 'timeout 5 wget -qO- http://echo/'), ({ code }) => code === 0);
      assert.deepEqual(await answers(client, 'echo', 40), ['echo-1', 'echo-2'], client);
    }
    assert.equal(
      await cluster.ok('get', 'pod', 'echo-3', '-o', 'jsonpath={.status.phase} {.status.containerStatuses[0].ready}'),
      'Running false',
    );
    await cluster.ok(...inside('echo-3', 'echo echo-3 > /www/index.html'));
    await backends('echo', 3);
    await cluster.eventually(
      'the Pod that became ready serves too',
      inside('client-1', 'i=0; while [ $i -lt 60 ]; do timeout 5 wget -qO- http://echo/; i=$((i + 1)); done | sort | uniq | xargs'),
      says('echo-1 echo-2 echo-3\n'),
    );
    await cluster.ok(...inside('echo-3', 'rm /www/index.html'));
    await backends('echo', 2);
    await cluster.eventually(
      'the Pod that ceased to be ready is left out',
      inside('client-2', 'i=0; while [ $i -lt 40 ]; do timeout 5 wget -qO- http://echo/; i=$((i + 1)); done | sort | uniq | xargs'),
      says('echo-1 echo-2\n'),
    );
  });

  test('a Pod reaches itself through its Service', async () => {
    assert.deepEqual(await answers('echo-1', 'only-1', 5), ['echo-1']);
    assert.deepEqual(await answers('client-2', 'only-1', 5), ['echo-1']);
  });

  test('a NodePort answers at every node, from the machine and from Pods', async () => {
    const port = await cluster.ok('get', 'service', 'node-port', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    assert.ok(Number(port) >= 30_000 && Number(port) <= 32_767, port);
    const [address] = (await cluster.ok('get', 'service', 'node-port', '-o', 'jsonpath={.spec.clusterIP}')).split(' ');
    assert.match(
      await cluster.ok('get', 'service', 'node-port'),
      new RegExp(
        `^NAME {8}TYPE {7}CLUSTER-IP +EXTERNAL-IP {3}PORT\\(S\\) {8}AGE\\nnode-port {3}NodePort {3}${address?.replaceAll('.', '\\.')} +<none> {8}80:${port}/TCP {3}\\d+s\\n$`,
      ),
    );
    for (const node of nodes()) {
      const host = await cluster.ok('get', 'node', node, '-o', 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}');
      const seen = new Set<string>();
      for (let count = 0; count < 30; count++)
        seen.add((await (await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } })).text()).trim());
      assert.deepEqual([...seen].toSorted(), ['echo-1', 'echo-2'], node);
      assert.deepEqual(await answers('client-1', `${host}:${port}`, 30), ['echo-1', 'echo-2'], node);
    }
  });

  test('a Service is found by each form of its name', async () => {
    for (const name of ['echo', 'echo.default', 'echo.default.svc', 'echo.default.svc.cluster.local', 'echo.default.svc.cluster.local.']) {
      assert.match((await answers('client-1', name, 1)).join(), /^echo-[12]$/, name);
    }
    await cluster.ok('create', 'namespace', 'elsewhere');
    await cluster.ok(
      'run',
      'far',
      '-n',
      'elsewhere',
      '--image=busybox:tyke',
      '--image-pull-policy=Never',
      '--overrides',
      '{"spec":{"terminationGracePeriodSeconds":1}}',
      '--',
      'sh',
      '-c',
      FOREVER,
    );
    await cluster.ok('wait', '-n', 'elsewhere', '--for=condition=Ready', 'pod/far', '--timeout=60s');
    assert.match(await cluster.ok('exec', '-n', 'elsewhere', 'far', '--', 'wget', '-qO-', 'http://echo.default/'), /^echo-[12]\n$/);
    assert.equal((await cluster.kubectl('exec', '-n', 'elsewhere', 'far', '--', 'wget', '-qO-', 'http://echo/')).code, 1);
    assert.match(
      await cluster.ok(...inside('client-1', 'cat /etc/resolv.conf')),
      /^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local\nnameserver [\d.]+\noptions ndots:5\n$/,
    );
  });

  test("a headless Service has its Pods' addresses, and SRV and PTR records tell ports and names", async () => {
    const lookUp = (type: string, name: string): Promise<string> => cluster.ok(...inside('client-2', `nslookup -type=${type} ${name}`));
    const addresses = (await cluster.ok('get', 'pods', 'echo-1', 'echo-2', '-o', 'jsonpath={.items[*].status.podIP}')).split(' ');
    const found = [...(await lookUp('a', 'headless.default.svc.cluster.local')).matchAll(/^Address: (\S+)$/gm)].map(
      ([, address = '']) => address,
    );
    assert.deepEqual(found.toSorted(), addresses.toSorted());
    assert.match((await answers('client-2', 'headless:8080', 1)).join(), /^echo-[12]$/);
    assert.match(
      await lookUp('srv', '_http._tcp.echo.default.svc.cluster.local'),
      /^_http\._tcp\.echo\.default\.svc\.cluster\.local\tservice = 0 100 80 echo\.default\.svc\.cluster\.local$/m,
    );
    const targets = [
      ...(await lookUp('srv', '_http._tcp.headless.default.svc.cluster.local')).matchAll(
        /service = 0 50 8080 (\S+)\.headless\.default\.svc\.cluster\.local$/gm,
      ),
    ].map(([, target = '']) => target);
    assert.deepEqual(targets.toSorted(), addresses.map((address) => address.replaceAll('.', '-')).toSorted());
    const address = await cluster.ok('get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}');
    assert.match(
      await lookUp('ptr', `${address.split('.').toReversed().join('.')}.in-addr.arpa`),
      /\.in-addr\.arpa\tname = echo\.default\.svc\.cluster\.local$/m,
    );
    const unknown = await cluster.kubectl(...inside('client-2', 'nslookup -type=a none.default.svc.cluster.local'));
    assert.match(unknown.stdout, /^\*\* server can't find none\.default\.svc\.cluster\.local: NXDOMAIN$/m);
  });

  test("names outside the cluster are forwarded to the machine's resolver", async () => {
    const { stdout } = await cluster.kubectl(...inside('client-2', `nslookup -type=a ${OUTSIDE}.`));
    assert.match(stdout, /^Address: 192\.0\.2\.77$/m);
    assert.ok(resolver.asked.includes(OUTSIDE));
    assert.ok(
      resolver.asked.every((name) => !name.endsWith('cluster.local')),
      resolver.asked.join(),
    );
  });

  test('a Service without ready Pods refuses, and a deleted one is gone', async () => {
    await cluster.apply(service('nobody', 'nobody'));
    const address = await cluster.ok('get', 'service', 'nobody', '-o', 'jsonpath={.spec.clusterIP}');
    await cluster.eventually(
      'connections are refused',
      inside('client-1', `timeout 5 wget -qO- http://${address}/ 2>&1`),
      says(/Connection refused/),
    );
    await cluster.ok('delete', 'service', 'nobody');
    await cluster.eventually(
      'its slices go with it',
      ['get', 'endpointslices', '-l', 'kubernetes.io/service-name=nobody', '-o', 'name'],
      says(''),
    );
  });
});
