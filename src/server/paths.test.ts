// What stands in a path never reaches another object than the one it names, however it is escaped.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { configMap } from '../api/core/v1/config-map.ts';
import { openFront } from './http/front-fixture.ts';
import type { Front } from './http/front-fixture.ts';

describe('paths', () => {
  let front: Front;
  before(async () => {
    front = await openFront();
    for (const name of ['a', 'b']) await front.fixture.create(configMap, 'default', name, { data: {} });
  });
  after(() => front.close());
  const status = async (method: string, path: string, body?: object): Promise<number> =>
    (await front.call('HTTP/2', method, path, body === undefined ? {} : { body })).status;

  it('name no object of a namespace without that namespace', async () => {
    for (const path of ['/api/v1/configmaps/default%2Fa', '/api/v1/configmaps/a', '/api/v1/namespaces/default%2Fa/configmaps/a']) {
      for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
        const body = method === 'PUT' || method === 'PATCH' ? { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } } : undefined;
        assert.equal(await status(method, path, body), 404, `${method} ${path}`);
      }
    }
    assert.equal(await status('GET', '/api/v1/namespaces/default/configmaps/a'), 200);
  });

  it('are single parts', async () => {
    assert.equal(await status('GET', '/api/v1/namespaces/default/configmaps/a%2Fb'), 404);
    const { json } = await front.call('HTTP/1.1', 'GET', '/api/v1/namespaces/default/configmaps/a%25b');
    assert.equal(json()['message'], 'Name parameter invalid: "a%b": may not contain \'%\'');
    assert.equal(await status('GET', '/api/v1/namespaces/default/configmaps/%2E%2E'), 400);
  });

  it('that name what is watched show nothing else, in whatever namespace', async () => {
    for (const path of ['/api/v1/watch/configmaps/a', '/api/v1/watch/namespaces/default/configmaps/a']) {
      const { stream, destroy } = await front.open('HTTP/1.1', 'GET', path);
      // What is there comes in one piece.
      const [first] = (await once(stream, 'data')) as [Buffer];
      destroy();
      assert.deepEqual(first.toString().match(/"name":"[a-z]"/g), ['"name":"a"'], path);
    }
  });
});
