import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import type { ManagedFieldsEntry } from '../../machinery/object-meta.ts';
import { isStatus } from '../../machinery/status-error.ts';
import type { InProcessCall } from '../in-process.ts';
import { openFixture, widget } from '../server-core-fixture.ts';
import type { Fixture, Widget } from '../server-core-fixture.ts';
import { fieldManagement } from './field-management.ts';

async function using(test: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = await openFixture(fieldManagement);
  try {
    await test(fixture);
  } finally {
    await fixture.close();
  }
}

const at = { namespace: 'default', name: 'w' };
const config = (fields: object, metadata: object = {}): object => ({
  apiVersion: 'toys.test/v1',
  kind: 'Widget',
  metadata: { name: 'w', ...metadata },
  ...fields,
});

function apply(fixture: Fixture, manager: string, fields: object, more: Partial<InProcessCall> = {}): Promise<Widget> {
  const { query, ...rest } = more;
  return fixture.object<Widget>('patch', widget, {
    ...at,
    query: { fieldManager: manager, ...query },
    body: { object: config(fields), contentType: 'application/apply-patch+yaml' },
    ...rest,
  });
}

function patch(fixture: Fixture, object: object, more: Partial<InProcessCall> = {}): Promise<Widget> {
  return fixture.object<Widget>('patch', widget, { ...at, body: { object, contentType: 'application/merge-patch+json' }, ...more });
}

/** Who owns what, as short texts. */
const owners = ({ metadata }: KubeObject): string[] =>
  (metadata.managedFields ?? []).map(({ manager, operation, subresource, fieldsV1 }) =>
    [manager, operation, ...(subresource === undefined ? [] : [subresource]), JSON.stringify(fieldsV1)].join(' '),
  );

describe('managedFields', () => {
  it('say who created what, with what and when', () =>
    using(async (fixture) => {
      const made = await fixture.object<KubeObject>('create', configMap, {
        namespace: 'default',
        query: { fieldManager: 'me' },
        body: { object: { metadata: { name: 'c', labels: { a: 'b' } }, data: { k: 'v' } } },
      });
      const entry: ManagedFieldsEntry = {
        manager: 'me',
        operation: 'Update',
        apiVersion: 'v1',
        time: made.metadata.creationTimestamp,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:k': {} }, 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } },
      };
      assert.deepEqual(made.metadata.managedFields, [entry]);
      const other = await fixture.create(configMap, 'default', 'd', { data: { k: 'v' } });
      assert.equal(other.metadata.managedFields?.[0]?.manager, 'test', 'the program in the User-Agent');
    }));

  it('are the same for a shape that was seen before, and others for another', () =>
    using(async (fixture) => {
      const made = async (name: string, data: object): Promise<string[]> =>
        owners(await fixture.create(configMap, 'default', name, { data }));
      const first = await made('a', { x: '1' });
      assert.deepEqual(await made('b', { x: '2' }), first);
      assert.deepEqual(await made('c', { y: '2' }), ['test Update {"f:data":{".":{},"f:y":{}}}']);
      await fixture.create(widget, 'default', 'a', { spec: { size: 1 } });
      await fixture.create(widget, 'default', 'b', { spec: { size: 0 } });
      assert.deepEqual(await made('d', {}), []);
    }));

  it('follow updates and patches, and leave what a strategy resets to nobody', () =>
    using(async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'default', 'w', { spec: { size: 2, color: 'red' }, status: { phase: 'no' } });
      assert.deepEqual(owners(made), ['test Update {"f:spec":{"f:color":{},"f:size":{}}}']);
      const patched = await patch(fixture, { spec: { color: 'blue' }, status: { phase: 'no' } }, { query: { fieldManager: 'painter' } });
      assert.deepEqual(owners(patched), ['painter Update {"f:spec":{"f:color":{}}}', 'test Update {"f:spec":{"f:size":{}}}']);
      const put = await fixture.object<Widget>('update', widget, {
        ...at,
        query: { fieldManager: 'sizer' },
        body: { object: { ...patched, spec: { ...patched.spec, size: 9 } } },
      });
      assert.deepEqual(owners(put), ['painter Update {"f:spec":{"f:color":{}}}', 'sizer Update {"f:spec":{"f:size":{}}}']);
    }));

  it('name the subresource through which fields were written', () =>
    using(async (fixture) => {
      await fixture.create(widget, 'default', 'w', { spec: { size: 2 } });
      const status = await patch(
        fixture,
        { spec: { size: 50 }, status: { phase: 'fine' } },
        { subresource: 'status', query: { fieldManager: 'kubelet' } },
      );
      assert.deepEqual(owners(status), ['kubelet Update status {"f:status":{"f:phase":{}}}', 'test Update {"f:spec":{"f:size":{}}}']);
      await patch(fixture, { spec: { replicas: 7 } }, { subresource: 'scale', query: { fieldManager: 'scaler' } });
      const scaled = await fixture.object<Widget>('get', widget, at);
      assert.deepEqual(owners(scaled), [
        'kubelet Update status {"f:status":{"f:phase":{}}}',
        'scaler Update scale {"f:spec":{"f:size":{}}}',
      ]);
    }));

  it('stay as they are, times too, where a write changes nothing else', () =>
    using(async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'default', 'w', { spec: { size: 2 } });
      await fixture.clock.advance(60_000);
      const same = await fixture.object<Widget>('update', widget, { ...at, body: { object: { ...made, status: { phase: 'reset' } } } });
      assert.deepEqual(same, made);
      const applied = await apply(fixture, 'me', { spec: { size: 2 } });
      await fixture.clock.advance(60_000);
      assert.deepEqual(await apply(fixture, 'me', { spec: { size: 2 } }), applied);
      const changed = await patch(fixture, { spec: { size: 3 } });
      assert.notEqual(
        changed.metadata.managedFields?.find(({ operation }) => operation === 'Update')?.time,
        made.metadata.managedFields?.[0]?.time,
      );
    }));

  it('are given up by an empty list or one empty entry, and stay given up until somebody applies', () =>
    using(async (fixture) => {
      for (const managedFields of [[], [{}]]) {
        const made = await fixture.create<Widget>(widget, 'default', 'w', { spec: { size: 2 } });
        const reset = await fixture.object<Widget>('update', widget, {
          ...at,
          body: { object: { ...made, metadata: { ...made.metadata, managedFields } } },
        });
        assert.equal(reset.metadata.managedFields, undefined);
        assert.equal((await patch(fixture, { spec: { size: 3 } })).metadata.managedFields, undefined);
        const applied = await apply(fixture, 'me', { spec: { color: 'red' } });
        assert.deepEqual(owners(applied), ['me Apply {"f:spec":{"f:color":{}}}', 'before-first-apply Update {"f:spec":{"f:size":{}}}']);
        const again = await patch(fixture, { metadata: { managedFields } });
        assert.equal(again.metadata.managedFields, undefined);
        await fixture.call('delete', widget, at);
      }
    }));

  it('cannot be taken away by clients that do not know them', () =>
    using(async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'default', 'w', { spec: { size: 2 } });
      const { managedFields: _unknown, ...metadata } = made.metadata;
      const put = await fixture.object<Widget>('update', widget, { ...at, body: { object: { ...made, metadata } } });
      assert.deepEqual(put, made);
    }));
});

describe('apply', () => {
  it('creates what does not exist, with defaults that nobody owns', () =>
    using(async (fixture) => {
      const { status } = await fixture.call('patch', widget, {
        ...at,
        query: { fieldManager: 'me' },
        body: { object: config({ spec: { color: 'red' } }), contentType: 'application/apply-patch+yaml' },
      });
      assert.equal(status, 201);
      const made = await fixture.object<Widget>('get', widget, at);
      assert.equal(made.spec.size, 1);
      assert.deepEqual(owners(made), ['me Apply {"f:spec":{"f:color":{}}}']);
    }));

  it('changes what is said, removes what is said no longer, and merges lists by key', () =>
    using(async (fixture) => {
      await apply(fixture, 'me', {
        spec: {
          color: 'red',
          parts: [
            { name: 'a', weight: 1 },
            { name: 'b', weight: 1 },
          ],
        },
      });
      await apply(fixture, 'you', { spec: { parts: [{ name: 'c' }] } });
      const changed = await apply(fixture, 'me', { spec: { parts: [{ name: 'a', weight: 5 }] } });
      assert.equal(changed.spec.color, undefined);
      assert.deepEqual(changed.spec.parts, [{ name: 'a', weight: 5 }, { name: 'c' }]);
    }));

  it('refuses to change what others own, tells whose it is, and can be forced', () =>
    using(async (fixture) => {
      await fixture.create(widget, 'default', 'w', { spec: { size: 2, color: 'red' } });
      await assert.rejects(apply(fixture, 'me', { spec: { size: 5 } }), (error) => {
        assert.ok(isStatus(error, 'Conflict'));
        assert.equal(error.code, 409);
        assert.equal(error.message, 'Apply failed with 1 conflict: conflict with "test" using toys.test/v1: .spec.size');
        assert.deepEqual(error.details?.causes, [
          { reason: 'FieldManagerConflict', message: 'conflict with "test" using toys.test/v1', field: '.spec.size' },
        ]);
        return true;
      });
      const forced = await apply(fixture, 'me', { spec: { size: 5 } }, { query: { force: 'true' } });
      assert.deepEqual(owners(forced), ['me Apply {"f:spec":{"f:size":{}}}', 'test Update {"f:spec":{"f:color":{}}}']);
    }));

  it('owns status through its endpoint only', () =>
    using(async (fixture) => {
      await apply(fixture, 'me', { spec: { color: 'red' }, status: { phase: 'no' } });
      const made = await fixture.object<Widget>('get', widget, at);
      assert.deepEqual([made.status.phase, owners(made)], [undefined, ['me Apply {"f:spec":{"f:color":{}}}']]);
      const status = await apply(fixture, 'me', { spec: { color: 'blue' }, status: { phase: 'fine' } }, { subresource: 'status' });
      assert.deepEqual([status.status.phase, status.spec.color], ['fine', 'red']);
      assert.deepEqual(
        owners(status).toSorted(),
        ['me Apply status {"f:status":{"f:phase":{}}}', 'me Apply {"f:spec":{"f:color":{}}}'].toSorted(),
      );
    }));

  it('does nothing when it is dry, and does nothing when nothing changes', () =>
    using(async (fixture) => {
      await apply(fixture, 'me', { spec: { color: 'red' } }, { query: { dryRun: 'All' } });
      await assert.rejects(fixture.call('get', widget, at), (error) => isStatus(error, 'NotFound'));
      const made = await apply(fixture, 'me', { spec: { color: 'red' } });
      assert.deepEqual(await apply(fixture, 'me', { spec: { color: 'red' } }), made);
    }));

  it('is refused where it is malformed', () =>
    using(async (fixture) => {
      const refusal = (promise: Promise<unknown>, code: number, message: RegExp): Promise<void> =>
        assert.rejects(promise, (error) => {
          assert.ok(isStatus(error), String(error));
          assert.match(error.message, message);
          assert.equal(error.code, code);
          return true;
        });
      const body = (object: unknown): Partial<InProcessCall> => ({ body: { object, contentType: 'application/apply-patch+yaml' } });
      await refusal(apply(fixture, '', {}), 422, /fieldManager: Required value: is required for apply patch/);
      await refusal(
        apply(fixture, 'me', {}, body({ ...config({}), apiVersion: 'toys.test/v9' })),
        400,
        /Incorrect version specified in apply patch\. Specified patch version: toys\.test\/v9, expected: toys\.test\/v1/,
      );
      await refusal(apply(fixture, 'me', {}, body(config({}, { managedFields: [{}] }))), 400, /metadata\.managedFields must be nil/);
      await refusal(
        apply(fixture, 'me', { spec: { shape: 'round' } }),
        500,
        /failed to create typed patch object \(\/w; toys\.test\/v1, Kind=Widget\): \.spec\.shape: field not declared in schema/,
      );
      await refusal(
        apply(fixture, 'me', {}, body(config({}, { name: 'other' }))),
        400,
        /the name of the object \(other\) does not match the name on the URL \(w\)/,
      );
      await refusal(apply(fixture, 'me', { spec: { size: -1 } }), 422, /spec\.size/);
    }));
});
