import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { StatusError } from '../../machinery/status-error.ts';
import { openFixture, widget } from '../server-core-fixture.ts';
import type { Fixture, FixtureOptions } from '../server-core-fixture.ts';

async function using(options: FixtureOptions, run: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = await openFixture(options);
  try {
    await run(fixture);
  } finally {
    await fixture.close();
  }
}

async function page(
  fixture: Fixture,
  query: Record<string, string>,
): Promise<{ names: string[]; revision: string; token: string | undefined; remaining: number | undefined }> {
  const { body } = await fixture.call('list', configMap, { namespace: 'a', query });
  assert.ok(body.kind === 'list');
  return {
    names: body.items.map(({ metadata }) => metadata.name ?? ''),
    revision: body.revision,
    token: body.continue,
    remaining: body.remainingItemCount,
  };
}

const message = (text: string | RegExp) => (error: unknown) => {
  assert.ok(error instanceof StatusError, String(error));
  if (typeof text === 'string') assert.equal(error.message, text);
  else assert.match(error.message, text);
  return true;
};

describe('get', () => {
  it('gives the newest, or waits for a revision and says when it does not come', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one', { data: { k: 'v' } });
      const one = { namespace: 'a', name: 'one' };
      assert.deepEqual((await fixture.object<{ data: object }>('get', configMap, one)).data, { k: 'v' });
      assert.equal((await fixture.object('get', configMap, { ...one, query: { resourceVersion: '0' } })).metadata.resourceVersion, '2');
      const future = fixture.call('get', configMap, { ...one, query: { resourceVersion: '99' } });
      const refusal = assert.rejects(future, message('Timeout: Too large resource version: 99, current: 2'));
      await fixture.clock.advance(4000);
      await refusal;
      await assert.rejects(fixture.call('get', configMap, { namespace: 'a', name: 'two' }), message('configmaps "two" not found'));
    }));

  it('serves the stored bytes with the resourceVersion spliced in', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one', { data: { key: '"uid":"x"', __proto__key: 'y' } });
      const { body } = await fixture.call('get', configMap, { namespace: 'a', name: 'one' });
      assert.ok(body.kind === 'object' && body.encoded !== undefined);
      assert.deepEqual(JSON.parse(new TextDecoder().decode(body.encoded.json())), body.object);
    }));
});

describe('list', () => {
  it('is in key order and of one namespace', () =>
    using({}, async (fixture) => {
      for (const [namespace, name] of [
        ['b', 'x'],
        ['a', 'z'],
        ['a', 'y'],
        ['aa', 'w'],
      ] as const)
        await fixture.create(configMap, namespace, name);
      assert.deepEqual(await fixture.names(configMap, 'a'), ['y', 'z']);
      assert.deepEqual(await fixture.names(configMap, ''), ['y', 'z', 'w', 'x']);
    }));

  it('selects by labels and fields', () =>
    using({}, async (fixture) => {
      await fixture.create(widget, 'a', 'one', { metadata: { labels: { tier: 'x' } }, spec: { color: 'red' } });
      await fixture.create(widget, 'a', 'two', { metadata: { labels: { tier: 'y' } }, spec: { color: 'blue' } });
      await fixture.create(widget, 'b', 'one', { spec: { color: 'red' } });
      assert.deepEqual(await fixture.names(widget, 'a', { labelSelector: 'tier in (x)' }), ['one']);
      assert.deepEqual(await fixture.names(widget, '', { labelSelector: '!tier' }), ['one']);
      assert.deepEqual(await fixture.names(widget, '', { fieldSelector: 'spec.color=red' }), ['one', 'one']);
      assert.deepEqual(await fixture.names(widget, '', { fieldSelector: 'metadata.name=two,metadata.namespace=a' }), ['two']);
      assert.deepEqual(await fixture.names(widget, '', { fieldSelector: 'metadata.name!=one' }), ['two']);
      await assert.rejects(fixture.names(widget, 'a', { fieldSelector: 'spec.size=1' }), message('field label not supported: spec.size'));
      await assert.rejects(
        fixture.names(configMap, 'a', { fieldSelector: 'x=1' }),
        message('"x" is not a known field selector: only "metadata.name", "metadata.namespace"'),
      );
    }));

  it('goes on in pages of one revision, whatever happens meanwhile', () =>
    using({}, async (fixture) => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await fixture.create(configMap, 'a', name);
      const first = await page(fixture, { limit: '2' });
      assert.deepEqual([first.names, first.remaining], [['a', 'b'], 3]);
      await fixture.create(configMap, 'a', 'bb');
      await fixture.call('delete', configMap, { namespace: 'a', name: 'd' });
      const second = await page(fixture, { limit: '2', continue: first.token ?? '' });
      assert.deepEqual([second.names, second.revision, second.remaining], [['c', 'd'], first.revision, 1]);
      const third = await page(fixture, { limit: '2', continue: second.token ?? '' });
      assert.deepEqual([third.names, third.revision, third.token], [['e'], first.revision, undefined]);
    }));

  it('tells no remaining count with a selector, and fills pages all the same', () =>
    using({}, async (fixture) => {
      for (let at = 0; at < 10; at++) await fixture.create(configMap, 'a', `n${at}`, { metadata: { labels: { odd: String(at % 2) } } });
      const first = await page(fixture, { limit: '2', labelSelector: 'odd=1' });
      assert.deepEqual([first.names, first.remaining], [['n1', 'n3'], undefined]);
      const second = await page(fixture, { limit: '5', labelSelector: 'odd=1', continue: first.token ?? '' });
      assert.deepEqual([second.names, second.token], [['n5', 'n7', 'n9'], undefined]);
    }));

  it('answers an expired token with one that goes on inconsistently', () =>
    using({}, async (fixture) => {
      for (const name of ['a', 'b', 'c']) await fixture.create(configMap, 'a', name);
      const first = await page(fixture, { limit: '1' });
      await fixture.create(configMap, 'a', 'bb');
      await fixture.store.compact(await fixture.store.progress());
      let token = '';
      await assert.rejects(page(fixture, { limit: '1', continue: first.token ?? '' }), (error: unknown) => {
        assert.ok(error instanceof StatusError);
        assert.deepEqual([error.code, error.reason], [410, 'Expired']);
        assert.match(error.message, /^The provided continue parameter is too old to display a consistent list result\./);
        token = String(error.toStatus().metadata['continue']);
        return true;
      });
      assert.deepEqual((await page(fixture, { continue: token })).names, ['b', 'bb', 'c']);
    }));

  it('looks at an exact revision, and refuses those that are gone or not there', () =>
    using({}, async (fixture) => {
      await fixture.create(configMap, 'a', 'one');
      const { revision } = await page(fixture, {});
      await fixture.create(configMap, 'a', 'two');
      const exact = { resourceVersion: revision, resourceVersionMatch: 'Exact' };
      assert.deepEqual(await page(fixture, exact), { names: ['one'], revision, token: undefined, remaining: undefined });
      assert.deepEqual((await page(fixture, { ...exact, resourceVersionMatch: 'NotOlderThan' })).names, ['one', 'two']);
      assert.deepEqual((await page(fixture, { resourceVersion: revision, limit: '5' })).names, ['one']);
      await fixture.store.compact(await fixture.store.progress());
      await assert.rejects(page(fixture, exact), message('The resourceVersion for the provided list is too old.'));
      await assert.rejects(
        page(fixture, { ...exact, resourceVersion: '88' }),
        message('Timeout: Too large resource version: 88, current: 3'),
      );
    }));

  it('refuses options that make no sense, in upstream’s words', () =>
    using({}, async (fixture) => {
      const prefix = 'ListOptions.meta.k8s.io "" is invalid: ';
      const cases: [Record<string, string>, string][] = [
        [
          { resourceVersionMatch: 'Exact' },
          `${prefix}resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`,
        ],
        [
          { resourceVersionMatch: 'Exact', resourceVersion: '0' },
          `${prefix}resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"`,
        ],
        [{ sendInitialEvents: 'true' }, `${prefix}sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list`],
        [
          { resourceVersion: 'x' },
          'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
        ],
        [{ continue: 'e30' }, 'invalid continue token: continue key is not valid: server does not recognize this encoded version '],
      ];
      for (const [query, text] of cases) await assert.rejects(page(fixture, query), message(text));
    }));
});

describe('refusals', () => {
  it('are upstream’s for unknown resources, verbs and users', async () => {
    await using(
      { authorizer: () => ({ authorize: ({ verb }) => ({ allowed: verb !== 'list', reason: verb === 'list' ? 'because' : '' }) }) },
      async (fixture) => {
        await assert.rejects(
          fixture.names(configMap, 'a'),
          message('configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" in the namespace "a": because'),
        );
        await assert.rejects(
          fixture.call('get', { group: '', version: 'v1', plural: 'nothings' }),
          message('the server could not find the requested resource'),
        );
        await assert.rejects(fixture.call('connect', configMap), message('connect is not supported on resources of kind "configmaps"'));
      },
    );
  });
});
