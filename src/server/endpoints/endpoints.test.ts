import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { lease } from '../../api/coordination/v1/lease.ts';
import { defineResource } from '../../machinery/resource.ts';
import { openFront } from '../http/front-fixture.ts';
import type { Answer, Front } from '../http/front-fixture.ts';
import { compareVersions } from '../discovery/documents.ts';
import { TOYS } from '../server-core-fixture.ts';

describe('what is no resource', () => {
  let front: Front;
  const failing = new Set<string>();
  const check = (name: string): { name: string; check: () => string | undefined } => ({
    name,
    check: () => (failing.has(name) ? 'broken' : undefined),
  });
  before(async () => {
    front = await openFront({ health: { livez: [check('loop')], readyz: [check('loop'), check('informers')] } });
  });
  after(() => front.close());
  const get = (path: string, accept = 'application/json', headers: Record<string, string> = {}): Promise<Answer> =>
    front.call('HTTP/2', 'GET', path, { headers: { accept, ...headers } });

  it('lists all paths at the root', async () => {
    const { paths } = (await get('/')).json<{ paths: string[] }>();
    for (const path of [
      '/api',
      '/api/v1',
      '/apis',
      '/apis/toys.test/v1',
      '/healthz',
      '/livez/ping',
      '/openapi/v2',
      '/openapi/v3',
      '/readyz/informers',
      '/version',
    ])
      assert.ok(paths.includes(path), path);
    assert.deepEqual(paths, paths.toSorted());
  });

  it('tells its version', async () => {
    const { status, headers, json } = await get('/version');
    assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
    assert.deepEqual([json()['major'], json()['minor'], json()['gitVersion']], ['1', '36', 'v1.36.3']);
  });

  it('tells whether it is well, check by check where asked', async () => {
    for (const path of ['/livez', '/readyz', '/healthz', '/readyz/informers', '/livez/']) {
      const { status, text, headers } = await get(path);
      assert.deepEqual([status, text, headers['content-type']], [200, 'ok', 'text/plain; charset=utf-8'], path);
    }
    assert.equal((await get('/readyz?verbose')).text, '[+]ping ok\n[+]loop ok\n[+]informers ok\nreadyz check passed\n');
    assert.equal((await get('/readyz/nothing')).status, 404);
    failing.add('informers');
    try {
      const failed = await get('/readyz');
      assert.equal(failed.status, 500);
      assert.equal(failed.text, '[+]ping ok\n[+]loop ok\n[-]informers failed: reason withheld\nreadyz check failed\n');
      assert.equal((await get('/livez')).status, 200);
      const excluded = await get('/readyz?verbose&exclude=informers&exclude=b');
      assert.deepEqual(
        [excluded.status, excluded.text],
        [
          200,
          '[+]ping ok\n[+]loop ok\n[+]informers excluded: ok\nwarn: some health checks cannot be excluded: no matches for "b"\nreadyz check passed\n',
        ],
      );
      const single = await get('/readyz/informers');
      assert.deepEqual([single.status, single.text], [500, 'internal server error: broken\n']);
    } finally {
      failing.clear();
    }
  });

  it('serves the discovery documents of old clients', async () => {
    assert.deepEqual((await get('/api')).json()['versions'], ['v1']);
    const groups = (await get('/apis')).json<{ kind: string; groups: { name: string; preferredVersion: object }[] }>();
    assert.equal(groups.kind, 'APIGroupList');
    assert.deepEqual(
      groups.groups.map(({ name }) => name),
      ['coordination.k8s.io', 'toys.test'],
    );
    assert.deepEqual(groups.groups[1]?.preferredVersion, { groupVersion: 'toys.test/v1', version: 'v1' });
    assert.equal((await get('/apis/toys.test')).json()['kind'], 'APIGroup');
    const list = (await get('/apis/toys.test/v1')).json<{ groupVersion: string; resources: Record<string, unknown>[] }>();
    assert.equal(list.groupVersion, 'toys.test/v1');
    assert.deepEqual(
      list.resources.map(({ name }) => name),
      ['gadgets', 'widgets', 'widgets/scale', 'widgets/status'],
    );
    assert.deepEqual(list.resources[2], {
      name: 'widgets/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
    const core = (await get('/api/v1')).json<{ resources: object[] }>();
    assert.deepEqual(core.resources, [
      {
        name: 'configmaps',
        singularName: 'configmap',
        namespaced: true,
        kind: 'ConfigMap',
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        shortNames: ['cm'],
      },
    ]);
    for (const path of ['/apis/nowhere', '/apis/toys.test/v2', '/api/v2']) assert.equal((await get(path)).status, 404, path);
  });

  it('serves all discovery at once to those who ask for it, and not again to those who have it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { headers, json } = await get('/apis', accept);
    assert.equal(headers['content-type'], 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    const document = json<{
      kind: string;
      items: { metadata: { name?: string }; versions: { version: string; freshness: string; resources: { resource: string }[] }[] }[];
    }>();
    assert.equal(document.kind, 'APIGroupDiscoveryList');
    assert.deepEqual(
      document.items.map(({ metadata }) => metadata.name),
      ['coordination.k8s.io', 'toys.test'],
    );
    assert.deepEqual(
      document.items[1]?.versions[0]?.resources.map(({ resource }) => resource),
      ['gadgets', 'widgets'],
    );
    const again = await get('/apis', accept, { 'if-none-match': String(headers['etag']) });
    assert.deepEqual([again.status, again.bytes.length], [304, 0]);
    assert.deepEqual(
      (await get('/api', accept)).json<typeof document>().items.map(({ metadata }) => metadata),
      [{}],
    );
    assert.equal(
      (await get('/apis', 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json')).json()['kind'],
      'APIGroupList',
    );
  });

  it('serves OpenAPI v2 with an ETag', async () => {
    const { status, headers, json } = await get('/openapi/v2');
    assert.deepEqual([status, json()['swagger']], [200, '2.0']);
    assert.equal((await get('/openapi/v2', 'application/json', { 'if-none-match': String(headers['etag']) })).status, 304);
    assert.equal((await get('/openapi/v2', 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf')).status, 406);
  });

  it('serves OpenAPI v3 under hashes that change with the documents', async () => {
    const { paths } = (await get('/openapi/v3')).json<{ paths: Record<string, { serverRelativeURL: string }> }>();
    assert.deepEqual(Object.keys(paths).toSorted(), ['api/v1', 'apis/coordination.k8s.io/v1', 'apis/toys.test/v1']);
    const url = paths['apis/toys.test/v1']?.serverRelativeURL ?? '';
    const document = await get(url);
    assert.equal(document.json()['openapi'], '3.0.0');
    assert.match(String(document.headers['cache-control']), /immutable/);
    assert.equal((await get('/openapi/v3/apis/toys.test/v1')).status, 200);
    const moved = await get('/openapi/v3/apis/toys.test/v1?hash=OLD');
    assert.deepEqual([moved.status, moved.headers['location']], [301, url]);
    assert.equal((await get('/openapi/v3/apis/nowhere/v1')).status, 404);
  });

  it('takes nothing but reads', async () => {
    for (const path of ['/version', '/apis', '/healthz'])
      assert.equal((await front.call('HTTP/1.1', 'POST', path, { body: {} })).status, 404, path);
  });
});

describe('discovery', () => {
  it('shows resources as soon as they are served, and no longer than that', async () => {
    const front = await openFront();
    try {
      const groups = async (): Promise<string[]> =>
        (await front.call('HTTP/2', 'GET', '/apis')).json<{ groups: { name: string }[] }>().groups.map(({ name }) => name);
      assert.deepEqual(await groups(), ['coordination.k8s.io', 'toys.test']);
      await front.fixture.core.replaceResources(TOYS.filter(({ definition }) => definition.hub !== lease));
      assert.deepEqual(await groups(), ['toys.test']);
      await front.fixture.core.replaceResources([{ definition: defineResource({ hub: configMap }) }]);
      assert.deepEqual(await groups(), []);
    } finally {
      await front.close();
    }
  });

  it('orders versions from stable and new to early and old', () => {
    const sorted = ['v1alpha1', 'v2', 'v10', 'v1beta2', 'v1', 'v11beta2', 'foo', 'v2beta1', 'v1alpha2', 'bar'].toSorted(compareVersions);
    assert.deepEqual(sorted, ['v10', 'v2', 'v1', 'v11beta2', 'v2beta1', 'v1beta2', 'v1alpha2', 'v1alpha1', 'bar', 'foo']);
  });
});
