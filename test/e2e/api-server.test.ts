// Upstream's kubectl against the API server, over TLS and with a client certificate, without any node.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { secureRandom } from '../../src/base/random.ts';
import { startApiServer } from '../../src/cluster/api-server.ts';
import type { RunningApiServer } from '../../src/cluster/api-server.ts';
import { ClusterPki } from '../../src/cluster/pki/cluster-pki.ts';
import { listen } from '../../src/server/http/listener.ts';
import type { Listener } from '../../src/server/http/listener.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import type { MemoryStore } from '../../src/store/memory.ts';
import { kubectl } from './kubectl.ts';
import type { Ran } from './kubectl.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('kubectl', { timeout: 300_000 }, () => {
  const parts = { clock: systemClock, random: secureRandom };
  let folder = '';
  let store: MemoryStore;
  let server: RunningApiServer;
  let listener: Listener;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
    const pki = await ClusterPki.open(join(folder, 'pki'), parts);
    store = openMemoryStore({ clock: systemClock });
    let port = 0;
    server = await startApiServer({
      ...parts,
      store,
      logger: silentLogger,
      tokenKey: await pki.tokenKey(),
      serviceCidrs: ['10.96.0.0/12'],
      kubelets: { connect: () => ({ host: '127.0.0.1', port: 1 }) },
      advertise: () => ({ address: '192.0.2.1', port }),
      freeze: true,
    });
    const { key, cert } = await pki.apiServer({ apiAddresses: ['127.0.0.1'], apiNames: [] });
    const ca = await pki.caCert();
    const { handle, authenticator } = server;
    listener = await listen({
      address: '127.0.0.1',
      port: 0,
      tls: { key, cert, clientCa: ca },
      handle,
      authenticator,
      observer: server.metrics.requests,
      ...parts,
      logger: silentLogger,
    });
    port = listener.port;
    await server.ready(AbortSignal.timeout(30_000));
    const admin = await pki.client('admin', 'admin', ['system:masters']);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': base64(ca) } }],
      users: [{ name: 'admin', user: { 'client-certificate-data': base64(admin.cert), 'client-key-data': base64(admin.key) } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    };
    await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config));
  });

  after(async () => {
    await listener?.close();
    await server?.close();
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (args: string, input?: string): Promise<Ran> =>
    kubectl(args.split(' '), { kubeconfig: join(folder, 'kubeconfig'), home: folder, ...(input === undefined ? {} : { input }) });
  const out = async (args: string, input?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(args, input);
    assert.equal(code, 0, `kubectl ${args}: ${stderr}`);
    return stdout;
  };

  it('finds the version, the health and all resources', async () => {
    assert.match(await out('version'), /Server Version: v1\.36/);
    assert.equal(await out('get --raw /readyz'), 'ok');
    assert.match(await out('get --raw /metrics'), /^apiserver_storage_objects\{resource="namespaces"\} [1-9]/m);
    const resources = await out('api-resources');
    for (const line of [/^pods +po +v1 +true +Pod$/m, /^deployments +deploy +apps\/v1 +true +Deployment$/m]) assert.match(resources, line);
  });

  it('explains fields', async () => {
    const explained = await out('explain configmap.data');
    assert.match(explained, /KIND: +ConfigMap/);
    assert.match(explained, /FIELD: data <map\[string\]string>/);
  });

  it('creates, shows, patches, edits labels of and deletes a ConfigMap', async () => {
    assert.equal(await out('create configmap c --from-literal=a=b'), 'configmap/c created\n');
    assert.match(await out('get configmap c'), /^NAME +DATA +AGE\nc +1 +/);
    assert.equal(await out('get configmap c -o jsonpath={.data.a}'), 'b');
    assert.match(await out('get configmap c -o yaml'), /\ndata:\n {2}a: b\n|^apiVersion: v1\ndata:\n {2}a: b\n/);
    assert.equal(await out('patch configmap c --type=merge -p {"data":{"x":"y"}}'), 'configmap/c patched\n');
    assert.equal(await out('label configmap c k=v'), 'configmap/c labeled\n');
    assert.equal(await out('delete configmap c'), 'configmap "c" deleted from default namespace\n');
    assert.match((await run('get configmap c')).stderr, /^Error from server \(NotFound\): configmaps "c" not found\n/);
  });

  it('applies on the client and on the server, and shows conflicts', async () => {
    const manifest = (size: number): string =>
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas: size,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'x' }] } },
        },
      });
    assert.equal(await out('apply -f -', manifest(1)), 'deployment.apps/web created\n');
    assert.equal(await out('apply -f -', manifest(1)), 'deployment.apps/web unchanged\n');
    assert.equal(await out('apply -f -', manifest(2)), 'deployment.apps/web configured\n');
    assert.equal(await out('scale deployment web --replicas=5'), 'deployment.apps/web scaled\n');
    const conflict = await run('apply --server-side --field-manager=me -f -', manifest(3));
    assert.equal(conflict.code, 1);
    assert.match(conflict.stderr, /conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas/);
    assert.equal(
      await out('apply --server-side --force-conflicts --field-manager=me -f -', manifest(3)),
      'deployment.apps/web serverside-applied\n',
    );
    assert.equal(await out('get deployment web -o jsonpath={.spec.replicas}'), '3');
    assert.match(await out('get deployment web -o yaml --show-managed-fields'), /manager: me\n {4}operation: Apply\n/);
    assert.equal(await out('delete deployment web'), 'deployment.apps "web" deleted from default namespace\n');
  });
});
