import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { decodeKind, openEnvelope } from '../../machinery/codec/envelope.ts';
import { decodeProtobuf } from '../../machinery/codec/protobuf.ts';
import { decodeYaml } from '../../machinery/codec/yaml.ts';
import type { KubeList, KubeObject } from '../../machinery/kind.ts';
import { listStruct } from '../../machinery/kind.ts';
import { openFront, PROTOCOLS } from './front-fixture.ts';
import type { Front } from './front-fixture.ts';
import { partialObjectMetadata, partialObjectMetadataList } from './partial-metadata.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const WIDGETS = '/apis/toys.test/v1/namespaces/default/widgets';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

interface Table {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion?: string };
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object?: KubeObject | null }[];
}

for (const protocol of PROTOCOLS) {
  describe(`answers over ${protocol}`, () => {
    let front: Front;
    before(async () => {
      front = await openFront();
      for (const name of ['a', 'b', 'c']) await front.fixture.create(configMap, 'default', name, { data: { key: `value of ${name}` } });
      const text = 'x'.repeat(200_000);
      await front.fixture.create(configMap, 'big', 'large', { data: { text } });
      for (let at = 0; at < 150; at++)
        await front.fixture.create(configMap, 'many', `m${String(at).padStart(3, '0')}`, { data: { text: 'y'.repeat(2000) } });
    });
    after(() => front.close());

    it('writes one object as JSON, with a length and a trailing newline', async () => {
      const { status, headers, text, json } = await front.call(protocol, 'GET', `${MAPS}/a`);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(headers['content-length'], String(Buffer.byteLength(text)));
      assert.equal(text.at(-1), '\n');
      const object = json<KubeObject & { data: object }>();
      assert.deepEqual(
        [object.kind, object.apiVersion, object.metadata.name, object.data],
        ['ConfigMap', 'v1', 'a', { key: 'value of a' }],
      );
      assert.match(object.metadata.resourceVersion ?? '', /^\d+$/);
    });

    it('gives every answer an audit ID and forbids caching', async () => {
      const { headers } = await front.call(protocol, 'GET', `${MAPS}/a`);
      assert.match(String(headers['audit-id']), /^[0-9a-f-]{36}$/);
      assert.equal(headers['cache-control'], 'no-cache, private');
      const given = await front.call(protocol, 'GET', `${MAPS}/a`, { headers: { 'audit-id': 'mine' } });
      assert.equal(given.headers['audit-id'], 'mine');
    });

    it('writes an object as YAML, as protobuf and as readable JSON', async () => {
      const yaml = await front.call(protocol, 'GET', `${MAPS}/a`, { headers: { accept: 'application/yaml' } });
      assert.equal(yaml.headers['content-type'], 'application/yaml');
      const decoded = decodeYaml(yaml.text);
      assert.ok(decoded.ok);
      assert.equal((decoded.value as KubeObject).metadata.name, 'a');
      const protobuf = await front.call(protocol, 'GET', `${MAPS}/a`, { headers: { accept: PROTOBUF } });
      assert.equal(protobuf.headers['content-type'], PROTOBUF);
      const envelope = openEnvelope(protobuf.bytes);
      assert.deepEqual([envelope?.apiVersion, envelope?.kind], ['v1', 'ConfigMap']);
      const object = decodeKind(configMap, envelope?.raw ?? new Uint8Array()) as KubeObject & { data: object };
      assert.deepEqual(object.data, { key: 'value of a' });
      assert.equal(object.metadata.resourceVersion, (decoded.value as KubeObject).metadata.resourceVersion);
      const pretty = await front.call(protocol, 'GET', `${MAPS}/a?pretty=true`);
      assert.match(pretty.text, /^\{\n {2}"kind": "ConfigMap",\n/);
    });

    it('takes the first type that it can give, by quality', async () => {
      const of = async (accept: string): Promise<unknown> =>
        (await front.call(protocol, 'GET', `${MAPS}/a`, { headers: { accept } })).headers['content-type'];
      assert.equal(await of(`${PROTOBUF},application/json`), PROTOBUF);
      assert.equal(await of(`${PROTOBUF};q=0.5,application/json`), 'application/json');
      assert.equal(await of('text/html, */*'), 'application/json');
      assert.equal(await of('application/json;as=Table;v=v1;g=meta.k8s.io,application/json'), 'application/json');
    });

    it('streams a list whose items are without kind and version', async () => {
      const { status, text, json } = await front.call(protocol, 'GET', MAPS);
      assert.equal(status, 200);
      assert.equal(text.at(-1), '\n');
      const list = json<KubeList<KubeObject & { data: object }>>();
      assert.deepEqual([list.kind, list.apiVersion], ['ConfigMapList', 'v1']);
      assert.match(list.metadata.resourceVersion ?? '', /^\d+$/);
      assert.deepEqual(
        list.items.map(({ metadata }) => metadata.name),
        ['a', 'b', 'c'],
      );
      assert.deepEqual(Object.keys(list.items[0] ?? {}), ['metadata', 'data']);
      const empty = await front.call(protocol, 'GET', '/api/v1/namespaces/none/configmaps');
      assert.deepEqual(empty.json<KubeList<KubeObject>>().items, []);
    });

    it('writes lists as YAML, protobuf, readable JSON, in pages and by label', async () => {
      const yaml = decodeYaml((await front.call(protocol, 'GET', MAPS, { headers: { accept: 'application/yaml' } })).text);
      assert.ok(yaml.ok);
      assert.equal((yaml.value as KubeList<KubeObject>).items.length, 3);
      const envelope = openEnvelope((await front.call(protocol, 'GET', MAPS, { headers: { accept: PROTOBUF } })).bytes);
      assert.equal(envelope?.kind, 'ConfigMapList');
      const list = decodeProtobuf(listStruct(configMap), envelope?.raw ?? new Uint8Array()) as object as KubeList<KubeObject>;
      assert.deepEqual(
        list.items.map(({ metadata }) => metadata.name),
        ['a', 'b', 'c'],
      );
      assert.match((await front.call(protocol, 'GET', `${MAPS}?pretty=1`)).text, /\n {2}"items": \[\n/);
      const page = (await front.call(protocol, 'GET', `${MAPS}?limit=2`)).json<KubeList<KubeObject>>();
      assert.deepEqual([page.items.length, page.metadata.remainingItemCount], [2, 1]);
      const rest = await front.call(protocol, 'GET', `${MAPS}?limit=2&continue=${encodeURIComponent(page.metadata.continue ?? '')}`);
      assert.deepEqual(
        rest.json<KubeList<KubeObject>>().items.map(({ metadata }) => metadata.name),
        ['c'],
      );
    });

    it('prints Tables, whose rows carry what was asked for', async () => {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
      const table = (await front.call(protocol, 'GET', MAPS, { headers: { accept } })).json<Table>();
      assert.deepEqual([table.kind, table.apiVersion, table.rows.length], ['Table', 'meta.k8s.io/v1', 3]);
      assert.match(table.metadata.resourceVersion ?? '', /^\d+$/);
      assert.equal(table.columnDefinitions[0]?.name, 'Name');
      assert.equal(table.rows[0]?.cells[0], 'a');
      assert.equal(table.rows[0]?.object?.kind, 'PartialObjectMetadata');
      const whole = (await front.call(protocol, 'GET', `${MAPS}/b?includeObject=Object`, { headers: { accept } })).json<Table>();
      assert.equal(whole.rows[0]?.object?.kind, 'ConfigMap');
      const none = (await front.call(protocol, 'GET', `${MAPS}?includeObject=None`, { headers: { accept } })).json<Table>();
      assert.equal(none.rows[0]?.object, null);
    });

    it('reduces objects to their metadata', async () => {
      const one = await front.call(protocol, 'GET', WIDGETS, {
        headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
      });
      assert.equal(one.json()['kind'], 'PartialObjectMetadataList');
      const json = await front.call(protocol, 'GET', `${MAPS}/a`, {
        headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
      });
      assert.deepEqual(Object.keys(json.json()), ['kind', 'apiVersion', 'metadata']);
      const accept = `${PROTOBUF};as=PartialObjectMetadata;v=v1;g=meta.k8s.io`;
      const envelope = openEnvelope((await front.call(protocol, 'GET', `${MAPS}/a`, { headers: { accept } })).bytes);
      assert.deepEqual([envelope?.apiVersion, envelope?.kind], ['meta.k8s.io/v1', 'PartialObjectMetadata']);
      assert.equal(decodeProtobuf(partialObjectMetadata, envelope?.raw ?? new Uint8Array()).metadata.name, 'a');
      const lists = openEnvelope(
        (await front.call(protocol, 'GET', MAPS, { headers: { accept: accept.replace('Metadata;', 'MetadataList;') } })).bytes,
      );
      assert.equal(lists?.kind, 'PartialObjectMetadataList');
      assert.equal(decodeProtobuf(partialObjectMetadataList, lists?.raw ?? new Uint8Array()).items.length, 3);
    });

    it('compresses what is large, where that is asked for', async () => {
      const headers = { 'accept-encoding': 'gzip' };
      const large = await front.call(protocol, 'GET', '/api/v1/namespaces/big/configmaps/large', { headers });
      assert.equal(large.headers['content-encoding'], 'gzip');
      assert.equal(large.json<{ data: { text: string } }>().data.text.length, 200_000);
      const list = await front.call(protocol, 'GET', '/api/v1/namespaces/many/configmaps', { headers });
      assert.equal(list.headers['content-encoding'], 'gzip');
      assert.equal(list.json<KubeList<KubeObject>>().items.length, 150);
      const binary = await front.call(protocol, 'GET', '/api/v1/namespaces/many/configmaps', { headers: { ...headers, accept: PROTOBUF } });
      assert.equal(binary.headers['content-encoding'], 'gzip');
      assert.equal(openEnvelope(binary.bytes)?.kind, 'ConfigMapList');
      assert.equal((await front.call(protocol, 'GET', `${MAPS}/a`, { headers })).headers['content-encoding'], undefined);
      assert.equal((await front.call(protocol, 'GET', '/api/v1/namespaces/big/configmaps/large')).headers['content-encoding'], undefined);
    });

    it('answers HEAD with headers alone', async () => {
      const { status, bytes, headers } = await front.call(protocol, 'HEAD', `${MAPS}/a`);
      assert.deepEqual([status, bytes.length, headers['content-type']], [200, 0, 'application/json']);
      const list = await front.call(protocol, 'HEAD', MAPS);
      assert.deepEqual([list.status, list.bytes.length], [200, 0]);
      assert.deepEqual([(await front.call(protocol, 'HEAD', `${MAPS}/nobody`)).status], [404]);
    });

    it('creates, replaces, patches and deletes what it reads from the wire', async () => {
      const made = await front.call(protocol, 'POST', WIDGETS, { body: { metadata: { name: 'w' }, spec: { color: 'red' } } });
      assert.equal(made.status, 201);
      const object = made.json<{ metadata: { resourceVersion: string }; spec: { size: number } }>();
      assert.equal(object.spec.size, 1);
      const replaced = await front.call(protocol, 'PUT', `${WIDGETS}/w`, { body: { ...object, spec: { size: 3 } } });
      assert.equal(replaced.status, 200);
      const patched = await front.call(protocol, 'PATCH', `${WIDGETS}/w`, {
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"spec":{"size":5}}',
      });
      assert.equal(patched.json<{ spec: { size: number } }>().spec.size, 5);
      const yaml = await front.call(protocol, 'POST', MAPS, {
        headers: { 'content-type': 'application/yaml' },
        body: 'metadata:\n  name: yaml\ndata:\n  on: "yes"\n',
      });
      assert.equal(yaml.status, 201);
      const binary = await front.call(protocol, 'GET', `${MAPS}/a`, { headers: { accept: PROTOBUF } });
      const dry = await front.call(protocol, 'PUT', `${MAPS}/a?dryRun=All`, { headers: { 'content-type': PROTOBUF }, body: binary.bytes });
      assert.equal(dry.status, 200);
      for (const path of [`${WIDGETS}/w`, `${MAPS}/yaml`]) assert.equal((await front.call(protocol, 'DELETE', path)).status, 200);
    });

    it('carries warnings of unknown fields as headers', async () => {
      const body = { metadata: { name: 'warned' }, colour: 'red', spec: { shape: 'round' } };
      const { status, headers } = await front.call(protocol, 'POST', `${WIDGETS}?dryRun=All`, { body });
      assert.equal(status, 201);
      assert.match(String(headers['warning']), /299 - "unknown field \\"colour\\""/);
      assert.match(String(headers['warning']), /299 - "unknown field \\"spec\.shape\\""/);
    });
  });
}
