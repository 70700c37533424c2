import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeContext, writeContext } from './kubeconfig-file.ts';

const OTHERS = `apiVersion: v1
kind: Config
clusters: [{name: work, cluster: {server: https://work}}]
users: [{name: me, user: {token: secret}}]
contexts: [{name: work, context: {cluster: work, user: me}}]
current-context: work
`;

test("a context is put in and taken out, and the others' entries stay", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tyke-kubeconfig-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'deep', 'config');
  await writeContext(file, 'tyke', { server: 'https://127.0.0.1:6443' });
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await writeFile(file, OTHERS);
  await writeContext(file, 'tyke', { server: 'https://127.0.0.1:6443' });
  assert.match(await readFile(file, 'utf8'), /current-context: tyke/);
  await removeContext(file, 'tyke');
  const left = await readFile(file, 'utf8');
  assert.doesNotMatch(left, /tyke/);
  assert.match(left, /token: secret/);
});

test('a file that is no kubeconfig is refused and not touched', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tyke-kubeconfig-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config');
  await writeFile(file, 'a: [1');
  await assert.rejects(writeContext(file, 'tyke', { server: 'https://x' }), /not a kubeconfig/);
  assert.equal(await readFile(file, 'utf8'), 'a: [1');
});
