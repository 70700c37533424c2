import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { foreignEntries, removeDataFolder } from './data-folder.ts';

describe('the data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'data-folder-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('goes with all that a cluster made in it', async () => {
    for (const name of ['pki', 'store', 'nodes/a/kubelet']) await mkdir(join(folder, name), { recursive: true });
    for (const name of ['cluster.json', 'tyke.log', 'status.json']) await writeFile(join(folder, name), '');
    assert.deepEqual(await removeDataFolder(folder), []);
    assert.equal(existsSync(folder), false);
    assert.deepEqual(await removeDataFolder(folder), [], 'it may be repeated');
  });

  it('stays when something else lies in it, and so does that', async () => {
    await mkdir(join(folder, 'Documents'));
    await writeFile(join(folder, 'Documents', 'letter'), 'dear');
    await writeFile(join(folder, 'cluster.json'), '');
    assert.deepEqual(await foreignEntries(folder), ['Documents']);
    assert.deepEqual(await removeDataFolder(folder), ['Documents']);
    assert.deepEqual(await readdir(folder), ['Documents']);
    assert.deepEqual(await readdir(join(folder, 'Documents')), ['letter']);
  });

  it('is not left by a link', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    try {
      await writeFile(join(elsewhere, 'kept'), '');
      await symlink(elsewhere, join(folder, 'store'));
      await removeDataFolder(folder);
      assert.deepEqual(await readdir(elsewhere), ['kept']);
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});
