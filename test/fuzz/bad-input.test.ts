// Inputs that break servers: named one by one, with what must come of them.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Target } from './requests.ts';
import type { Verdict } from './requests.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPTH = 100_000;

describe('hostile input', () => {
  let target: Target;
  before(async () => {
    target = await Target.open(1);
    await target.settle();
  });
  after(() => target.close());
  const send = (method: string, path: string, body: string, contentType = 'application/json'): Promise<Verdict> =>
    target.suffer({ method, path, query: '', contentType, body: Buffer.from(body) });
  const map = (name: string, rest: string): string => `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"${name}"},${rest}}`;

  it('nested too deeply is refused, in every language', async () => {
    const list = '['.repeat(DEPTH) + ']'.repeat(DEPTH);
    const map = '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH);
    for (const body of [list, map, `{"metadata":{"name":"deep"},"data":${map}}`]) {
      assert.equal((await send('POST', MAPS, body)).code, 400);
      assert.equal((await send('POST', MAPS, body, 'application/yaml')).code, 400);
    }
    for (const type of ['merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml']) {
      const { code } = await target.suffer({
        method: 'PATCH',
        path: `${MAPS}/a`,
        query: 'fieldManager=m',
        contentType: `application/${type}`,
        body: Buffer.from(map),
      });
      assert.ok(code >= 400 && code < 500, `${type}: ${code}`);
    }
  });

  it('with 60,000 keys is served in good time, in JSON and in YAML', async () => {
    const keys = Array.from({ length: 60_000 }, (_, at) => `k${at}`);
    const json = await send('POST', MAPS, map('many', `"data":{${keys.map((key) => `"${key}":"v"`).join()}}`));
    assert.equal(json.code, 201);
    const yaml = await send(
      'POST',
      MAPS,
      `metadata:\n  name: many-yaml\ndata:\n${keys.map((key) => `  ${key}: v\n`).join('')}`,
      'application/yaml',
    );
    assert.equal(yaml.code, 201);
    assert.equal((await send('PATCH', `${MAPS}/many`, '{"data":{"k1":"w"}}', 'application/merge-patch+json')).code, 200);
  });

  it('with keys that JavaScript minds is kept as it is', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    const data = `"data":{${keys.map((key) => `"${key}":"mine"`).join()}}`;
    const { code, json = '' } = await send('POST', MAPS, map('keys', data));
    assert.equal(code, 201);
    for (const key of keys) assert.ok(json.includes(`"${key}":"mine"`), key);
    const { json: patched = '' } = await send(
      'PATCH',
      `${MAPS}/keys`,
      '{"data":{"__proto__":"yours","constructor":null}}',
      'application/merge-patch+json',
    );
    assert.ok(patched.includes('"__proto__":"yours"') && !patched.includes('"constructor"'));
    assert.equal(({} as { mine?: unknown }).mine, undefined);
  });

  it('with integers beyond 2^53 comes back digit by digit', async () => {
    const body =
      '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"big"},"spec":{"terminationGracePeriodSeconds":9007199254740993,"containers":[{"name":"c","image":"i"}]}}';
    const { code, json = '' } = await send('POST', '/api/v1/namespaces/default/pods', body);
    assert.equal(code, 201);
    assert.match(json, /"terminationGracePeriodSeconds":9007199254740993\b/);
    const { json: read = '' } = await target.suffer({
      method: 'GET',
      path: '/api/v1/namespaces/default/pods/big',
      query: '',
      contentType: '',
      body: undefined,
    });
    assert.match(read, /"terminationGracePeriodSeconds":9007199254740993\b/);
    const label = '{"metadata":{"labels":{"a":"b"}}}';
    const { json: patched = '' } = await send(
      'PATCH',
      '/api/v1/namespaces/default/pods/big',
      label,
      'application/strategic-merge-patch+json',
    );
    assert.match(patched, /"terminationGracePeriodSeconds":9007199254740993\b/);
  });

  it('with unknown and repeated fields is warned of, refused or let through, as asked', async () => {
    const body = map('strict', '"data":{"a":"b","a":"c"},"colour":"red"');
    const ask = (fieldValidation: string): Promise<Verdict> =>
      target.suffer({
        method: 'POST',
        path: MAPS,
        query: `dryRun=All&fieldValidation=${fieldValidation}`,
        contentType: 'application/json',
        body: Buffer.from(body),
      });
    const { code, message } = await ask('Strict');
    assert.equal(code, 400);
    assert.match(message, /strict decoding error: .*unknown field "colour"/);
    assert.match(message, /duplicate field "data\.a"/);
    assert.equal((await ask('Warn')).code, 201);
    assert.equal((await ask('Ignore')).code, 201);
    assert.equal((await ask('Maybe')).code, 422);
  });

  it('never makes the server blame itself', () => assert.deepEqual(target.failures, []));
});
