import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectionOf, kubeconfigFor, mergeKubeconfig, removeFromKubeconfig } from './kubeconfig.ts';
import type { Kubeconfig } from './kubeconfig.ts';

const noFiles = (): string => {
  throw new Error('no file is read');
};
const mine = kubeconfigFor('mine', { server: 'https://127.0.0.1:6443', ca: 'CA', cert: 'CERT', key: 'KEY' });
const other: Kubeconfig = { ...kubeconfigFor('other', { server: 'https://elsewhere', token: 'T' }), preferences: { colors: true } };

describe('kubeconfig', () => {
  test('says what was put in', () => {
    assert.deepEqual(connectionOf(mine, noFiles), {
      server: 'https://127.0.0.1:6443',
      insecure: false,
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
    });
  });

  test('reads the files that it points to, relative to nothing but the reader', () => {
    const config: Kubeconfig = {
      clusters: [{ name: 'c', cluster: { server: 'https://x', 'certificate-authority': '/ca' } }],
      users: [{ name: 'u', user: { tokenFile: '/token' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    const settings = connectionOf(config, (path) => ({ '/ca': 'CA', '/token': 'T\n' })[path] ?? '');
    assert.equal(settings.ca, 'CA');
    assert.equal(settings.token, 'T');
  });

  test('a merge keeps every other entry and makes the new context current', () => {
    const merged = mergeKubeconfig(other, mine);
    assert.deepEqual(
      merged.contexts?.map(({ name }) => name),
      ['other', 'mine'],
    );
    assert.equal(merged['current-context'], 'mine');
    assert.deepEqual(merged['preferences'], { colors: true });
    assert.equal(connectionOf(merged, noFiles, 'other').token, 'T');
  });

  test('merging twice changes nothing more; removing gives back what was there', () => {
    const merged = mergeKubeconfig(other, mine);
    assert.deepEqual(mergeKubeconfig(merged, mine), merged);
    const removed = removeFromKubeconfig(merged, 'mine');
    assert.deepEqual(removed.contexts, other.contexts);
    assert.deepEqual(removed.users, other.users);
    assert.equal(removed['current-context'], '');
  });

  test('names what is missing', () => {
    assert.throws(() => connectionOf({}, noFiles), /no context ""/);
    assert.throws(
      () => connectionOf({ contexts: [{ name: 'a', context: { cluster: 'b' } }], 'current-context': 'a' }, noFiles),
      /no cluster "b"/,
    );
  });
});
