import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Secret } from '../../../api/core/v1/secret.ts';
import { loginsFor } from './credentials.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret = (key: string, value: unknown): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {},
  data: { [key]: base64(JSON.stringify(value)) },
});
const login = (username: string) => ({ auth: base64(`${username}:p:w`) });

test('the most specific login comes first, and only those that cover the repository', () => {
  const auths = {
    'reg.test:5000': login('host'),
    'https://reg.test:5000/team': login('team'),
    'other.test': login('other'),
    '*.test': login('any'),
  };
  const secrets = [secret('.dockerconfigjson', { auths })];
  assert.deepEqual(
    loginsFor('reg.test:5000/team/app', secrets).map(({ username, password }) => `${username} ${password}`),
    ['team p:w', 'host p:w'],
  );
  assert.deepEqual(
    loginsFor('x.test/app', secrets).map(({ username }) => username),
    ['any'],
  );
  assert.deepEqual(loginsFor('nowhere/app', secrets), []);
});

test('the default registry is known by its old names, and old secrets are read', () => {
  const secrets = [secret('.dockercfg', { 'https://index.docker.io/v1/': { username: 'u', password: 'p' } })];
  assert.deepEqual(loginsFor('docker.io/library/nginx', secrets), [{ username: 'u', password: 'p' }]);
});

test('a secret that is no JSON holds no login', () => {
  assert.deepEqual(
    loginsFor('a.test/b', [{ apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { '.dockerconfigjson': base64('{') } }]),
    [],
  );
});
