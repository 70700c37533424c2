import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lease } from '../../api/coordination/v1/lease.ts';
import type { Lease } from '../../api/coordination/v1/lease.ts';
import { configMap } from '../../api/core/v1/config-map.ts';
import { scale } from '../../api/autoscaling/v1/scale.ts';
import type { Scale } from '../../api/autoscaling/v1/scale.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { StatusError } from '../../machinery/status-error.ts';
import { openFixture, widget } from '../server-core-fixture.ts';
import type { Fixture, FixtureOptions, Widget } from '../server-core-fixture.ts';

async function using(options: FixtureOptions, run: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = await openFixture(options);
  try {
    await run(fixture);
  } finally {
    await fixture.close();
  }
}

const refused = (code: number, message: string) => (error: unknown) => {
  assert.ok(error instanceof StatusError, String(error));
  assert.deepEqual({ code: error.code, message: error.message }, { code, message });
  return true;
};

const CONFLICT = (what: string): string =>
  `Operation cannot be fulfilled on ${what}: the object has been modified; please apply your changes to the latest version and try again`;

describe('create', () => {
  it('sets what the server sets, defaults, and empties status', () =>
    using({}, async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'a', 'one', {
        metadata: { uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z' },
        spec: { color: 'red' },
        status: { phase: 'Done' },
      });
      assert.equal(made.metadata.uid === 'mine', false);
      assert.equal(made.metadata.creationTimestamp, '2026-01-01T00:00:00Z');
      assert.equal(made.metadata.generation, 1);
      assert.equal(made.metadata.namespace, 'a');
      assert.equal(made.metadata.resourceVersion, '2');
      assert.deepEqual({ spec: made.spec, status: made.status }, { spec: { size: 1, color: 'red' }, status: {} });
    }));

  it('refuses a second object of the name, another namespace, a resourceVersion', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one');
      await assert.rejects(fixture.create(configMap, 'a', 'one'), refused(409, 'configmaps "one" already exists'));
      await assert.rejects(
        fixture.create(configMap, 'a', 'two', { metadata: { namespace: 'b' } }),
        refused(400, 'the namespace of the provided object does not match the namespace sent on the request'),
      );
      await assert.rejects(
        fixture.create(configMap, 'a', 'two', { metadata: { resourceVersion: '5' } }),
        refused(500, 'resourceVersion should not be set on objects to be created'),
      );
    }));

  it('says that the object in the way is being deleted', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one', { metadata: { finalizers: ['x.test/f'] } });
      await fixture.call('delete', configMap, { namespace: 'a', name: 'one' });
      await assert.rejects(fixture.create(configMap, 'a', 'one'), refused(409, 'object is being deleted: configmaps "one" already exists'));
    }));

  it('generates names, and tries others when one is taken', () =>
    using({}, async (fixture) => {
      const first = await fixture.object('create', configMap, { namespace: 'a', body: { object: { metadata: { generateName: 'x-' } } } });
      assert.match(first.metadata.name ?? '', /^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      const second = await fixture.object('create', configMap, { namespace: 'a', body: { object: { metadata: { generateName: 'x-' } } } });
      assert.notEqual(first.metadata.name, second.metadata.name);
    }));

  it('writes nothing when it is a dry run, yet checks everything', () =>
    using({}, async (fixture) => {
      const dry = { namespace: 'a', query: { dryRun: 'All' }, body: { object: { metadata: { name: 'one' } } } };
      const made = await fixture.object('create', configMap, dry);
      assert.equal(made.metadata.resourceVersion, undefined);
      assert.deepEqual(await fixture.names(configMap, 'a'), []);
      await fixture.create(configMap, 'a', 'one');
      await assert.rejects(fixture.call('create', configMap, dry), refused(409, 'configmaps "one" already exists'));
    }));

  it('ignores, warns of or refuses unknown fields', () =>
    using({}, async (fixture) => {
      const ask = (name: string, fieldValidation: string): Promise<KubeObject> =>
        fixture.object('create', widget, {
          namespace: 'a',
          query: { fieldValidation },
          body: { object: { metadata: { name }, spec: { x: 1 } } },
        });
      await ask('one', 'Ignore');
      assert.deepEqual(fixture.warnings, []);
      await ask('two', 'Warn');
      assert.deepEqual(fixture.warnings, ['unknown field "spec.x"']);
      const message = 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.x"';
      await assert.rejects(ask('three', 'Strict'), refused(400, message));
    }));

  it('names kind and fields when an object is invalid', () =>
    using({}, async (fixture) => {
      await assert.rejects(fixture.create(widget, 'a', 'one', { spec: { size: -1 } }), (error: unknown) => {
        assert.ok(error instanceof StatusError);
        assert.equal(error.code, 422);
        assert.equal(error.details?.kind, 'Widget');
        assert.match(error.message, /^Widget\.toys\.test "one" is invalid: spec\.size: Invalid value: -1: /);
        return true;
      });
    }));

  it('drops repeated owner references and says so', () =>
    using({}, async (fixture) => {
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u1' };
      const made = await fixture.create(configMap, 'a', 'one', { metadata: { ownerReferences: [owner, owner] } });
      assert.equal(made.metadata.ownerReferences?.length, 1);
      assert.match(fixture.warnings[0] ?? '', /^\.metadata\.ownerReferences contains duplicate entries; .*observed: u1$/);
    }));
});

describe('update', () => {
  const put = (fixture: Fixture, object: KubeObject, query: Record<string, string> = {}): Promise<Widget> =>
    fixture.object<Widget>('update', widget, { namespace: 'a', name: object.metadata.name ?? '', query, body: { object } });

  it('keeps metadata and status, bumps generation only for spec', () =>
    using({}, async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'a', 'one', { spec: { size: 1 } });
      const changed = await put(fixture, { ...made, spec: { size: 2 }, status: { phase: 'Mine' } } as Widget);
      assert.deepEqual([changed.metadata.generation, changed.spec.size, changed.status], [2, 2, {}]);
      assert.equal(changed.metadata.uid, made.metadata.uid);
      const labelled = await put(fixture, { ...changed, metadata: { ...changed.metadata, labels: { x: 'y' }, generation: 77 } });
      assert.equal(labelled.metadata.generation, 2);
    }));

  it('does not commit what changes nothing', () =>
    using({}, async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'a', 'one', { spec: { size: 1 } });
      const before = await fixture.store.progress();
      const again = await put(fixture, made);
      assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion);
      assert.equal(await fixture.store.progress(), before);
    }));

  it('refuses an old resourceVersion, takes none as the newest', () =>
    using({}, async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'a', 'one', { spec: { size: 1 } });
      await put(fixture, { ...made, spec: { size: 2 } } as Widget);
      await assert.rejects(put(fixture, { ...made, spec: { size: 3 } } as Widget), refused(409, CONFLICT('widgets.toys.test "one"')));
      const { resourceVersion: _none, ...metadata } = made.metadata;
      assert.equal((await put(fixture, { ...made, metadata, spec: { size: 3 } } as Widget)).spec.size, 3);
    }));

  it('refuses another name, another UID, and an object that is not there', () =>
    using({}, async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'a', 'one');
      const ask = (object: unknown, name: string): Promise<KubeObject> =>
        fixture.object('update', widget, { namespace: 'a', name, body: { object } });
      await assert.rejects(ask(made, 'two'), refused(400, 'the name of the object (one) does not match the name on the URL (two)'));
      await assert.rejects(ask({ ...made, metadata: { name: 'two' } }, 'two'), refused(404, 'widgets.toys.test "two" not found'));
      await assert.rejects(ask({ ...made, metadata: { name: 'one', uid: 'other' } }, 'one'), (error: unknown) => {
        assert.ok(error instanceof StatusError);
        assert.equal(error.code, 409);
        assert.match(error.message, /Precondition failed: UID in precondition: other, UID in object meta: /);
        return true;
      });
    }));

  it('creates what is not there where the kind says so, and insists on a resourceVersion where it says so', () =>
    using({}, async (fixture) => {
      const object = { metadata: { name: 'one' }, spec: { holderIdentity: 'me' } };
      const response = await fixture.call('update', lease, { namespace: 'a', name: 'one', body: { object } });
      assert.equal(response.status, 201);
      await assert.rejects(
        fixture.object<Lease>('update', lease, { namespace: 'a', name: 'one', body: { object } }),
        refused(
          422,
          'leases.coordination.k8s.io "one" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
        ),
      );
    }));

  it('serves status and scale as parts of the object', () =>
    using({}, async (fixture) => {
      const made = await fixture.create<Widget>(widget, 'a', 'one', { spec: { size: 1 } });
      const target = { namespace: 'a', name: 'one' };
      const body = { object: { ...made, spec: { size: 9 }, status: { phase: 'Done' } } };
      const status = await fixture.object<Widget>('update', widget, { ...target, subresource: 'status', body });
      assert.deepEqual([status.spec.size, status.status.phase, status.metadata.generation], [1, 'Done', 1]);
      const view = await fixture.object<Scale>('get', widget, { ...target, subresource: 'scale' });
      assert.deepEqual([view.kind, view.spec.replicas], ['Scale', 1]);
      const scaled = await fixture.object<Scale>('update', widget, {
        ...target,
        subresource: 'scale',
        body: { object: { ...view, spec: { replicas: 4 } } },
      });
      assert.equal(scaled.spec.replicas, 4);
      const merge = { object: { spec: { replicas: 5 } }, contentType: 'application/merge-patch+json' };
      await fixture.object('patch', widget, { ...target, subresource: 'scale', body: merge });
      const after = await fixture.object<Widget>('get', widget, target);
      assert.deepEqual([after.spec.size, after.metadata.generation, after.status.phase], [5, 3, 'Done']);
      assert.equal(scale.kind, 'Scale');
    }));
});

describe('patch', () => {
  const patch = (fixture: Fixture, type: string, object: unknown, query: Record<string, string> = {}): Promise<Widget> =>
    fixture.object<Widget>('patch', widget, { namespace: 'a', name: 'one', query, body: { object, contentType: `application/${type}` } });

  it('speaks JSON patch, merge patch and strategic merge', () =>
    using({}, async (fixture) => {
      await fixture.create(widget, 'a', 'one', { spec: { parts: [{ name: 'x', weight: 1 }] } });
      const json = await patch(fixture, 'json-patch+json', [{ op: 'replace', path: '/spec/size', value: 3 }]);
      assert.equal(json.spec.size, 3);
      const strategic = await patch(fixture, 'strategic-merge-patch+json', { spec: { parts: [{ name: 'y', weight: 2 }] } });
      assert.deepEqual(strategic.spec.parts?.map(({ name }) => name).sort(), ['x', 'y']);
      const merged = await patch(fixture, 'merge-patch+json', { spec: { parts: [{ name: 'z' }], color: null } });
      assert.deepEqual(merged.spec.parts, [{ name: 'z' }]);
    }));

  it('refuses types it does not speak, operations that fail, and old resourceVersions', () =>
    using({}, async (fixture) => {
      const made = await fixture.create(widget, 'a', 'one');
      await assert.rejects(
        patch(fixture, 'apply-patch+yaml', {}, { fieldManager: 'me' }),
        (error: unknown) => error instanceof StatusError && error.code === 415,
      );
      await assert.rejects(
        patch(fixture, 'json-patch+json', [{ op: 'test', path: '/spec/size', value: 77 }]),
        refused(422, 'the server rejected our request due to an error in our request'),
      );
      await patch(fixture, 'merge-patch+json', { spec: { size: 2 } });
      const old = { metadata: { resourceVersion: made.metadata.resourceVersion }, spec: { size: 3 } };
      await assert.rejects(patch(fixture, 'merge-patch+json', old), refused(409, CONFLICT('widgets.toys.test "one"')));
      await assert.rejects(
        patch(fixture, 'merge-patch+json', { metadata: { name: 'b' } }),
        refused(400, 'the name of the object (b) does not match the name on the URL (one)'),
      );
    }));

  it('is made again when another write was faster', async () => {
    let rival: (() => Promise<unknown>) | undefined;
    const admission = () => [
      {
        name: 'rival',
        handles: () => true,
        async mutate() {
          const once = rival;
          rival = undefined;
          await once?.();
        },
      },
    ];
    await using({ admission }, async (fixture) => {
      await fixture.create(widget, 'a', 'one', { spec: { size: 1 } });
      rival = () => patch(fixture, 'merge-patch+json', { spec: { color: 'red' } });
      const result = await patch(fixture, 'merge-patch+json', { spec: { size: 2 } });
      assert.deepEqual({ ...result.spec }, { size: 2, color: 'red' });
    });
  });

  it('keeps every increment of many writers at once', () =>
    using({}, async (fixture) => {
      await fixture.create(widget, 'a', 'one', { spec: { size: 0 } });
      const increment = async (): Promise<void> => {
        for (;;) {
          const { metadata, spec } = await fixture.object<Widget>('get', widget, { namespace: 'a', name: 'one' });
          try {
            await patch(fixture, 'merge-patch+json', {
              metadata: { resourceVersion: metadata.resourceVersion },
              spec: { size: (spec.size ?? 0) + 1 },
            });
            return;
          } catch (error) {
            if (!(error instanceof StatusError) || error.code !== 409) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, increment));
      assert.equal((await fixture.object<Widget>('get', widget, { namespace: 'a', name: 'one' })).spec.size, 8);
    }));
});

describe('reservations', () => {
  it('are kept when the write commits and given back when it does not', async () => {
    const told: string[] = [];
    const strategies = (await import('../server-core-fixture.ts')).TOYS.map((strategy) => ({
      ...strategy,
      begin: () => Promise.resolve({ keep: () => void told.push('keep'), revert: () => void told.push('revert') }),
    }));
    await using({ strategies }, async (fixture) => {
      await fixture.create(widget, 'a', 'one');
      await assert.rejects(fixture.create(widget, 'a', 'one'));
      await assert.rejects(fixture.create(widget, 'a', 'two', { spec: { size: -1 } }));
      await fixture.object('create', widget, { namespace: 'a', query: { dryRun: 'All' }, body: { object: { metadata: { name: 'dry' } } } });
      assert.deepEqual(told, ['keep', 'revert', 'revert', 'revert']);
    });
  });
});
