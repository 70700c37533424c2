// Image archives and what is read off ctr's words about them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { digest, ociArchive } from './image-archive.ts';
import { parseImported, referencesToRemove } from './images.ts';
import { pauseImageArchive } from './pause-image.ts';
import { pauseProgram } from './pause-program.ts';
import { registryHosts } from './registries.ts';

test('the names of imported images are read off both wordings of ctr', () => {
  assert.deepEqual(parseImported('unpacking docker.io/library/a:1 (sha256:00)...done\nunpacking b.example/c:2 (sha256:11)...done\n'), [
    'docker.io/library/a:1',
    'b.example/c:2',
  ]);
  assert.deepEqual(parseImported('docker.io/library/a:1  \tsaved\t\nImporting\telapsed: 0.2 s\n'), ['docker.io/library/a:1']);
  assert.deepEqual(parseImported(''), []);
});

test('an archive is the same bytes every time', async () => {
  const options = { name: 'example.local/a:1', files: [{ path: 'f', content: Buffer.from('x'), mode: 0o644 }] };
  assert.equal(digest(await ociArchive(options)), digest(await ociArchive(options)));
  assert.equal(digest(await pauseImageArchive()), digest(await pauseImageArchive()));
});

test('the pause program is a small executable for this machine', () => {
  const program = pauseProgram();
  assert.equal(program.subarray(0, 4).toString('latin1'), '\x7fELF');
  assert.equal(program.readUInt16LE(18), 62);
  assert.ok(program.length < 256);
});

test('a registry is asked where, and as plainly or strictly as, it was said', () => {
  const text = registryHosts({ host: 'a.example', url: 'http://10.0.0.1:5000' });
  assert.match(text, /^\[host\."http:\/\/10\.0\.0\.1:5000"\]$/m);
  assert.match(text, /^  skip_verify = false$/m);
  assert.match(registryHosts({ host: 'a.example', url: 'https://a.example', insecure: true }), /^  skip_verify = true$/m);
});

test('a name is removed alone where its image has others', () => {
  const image = {
    repoTags: ['docker.io/library/app:v1', 'docker.io/library/app:v2', 'other.test:5000/app:v1'],
    repoDigests: ['other.test:5000/app@sha256:12'],
  };
  assert.deepEqual(referencesToRemove('app:v1', image), ['docker.io/library/app:v1']);
  assert.deepEqual(referencesToRemove('other.test:5000/app:v1', image), ['other.test:5000/app:v1', 'other.test:5000/app@sha256:12']);
  assert.equal(referencesToRemove('sha256:34', image), undefined);
  assert.equal(referencesToRemove('app:v1', { repoTags: ['docker.io/library/app:v1'], repoDigests: [] }), undefined);
});
