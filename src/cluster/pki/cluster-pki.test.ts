import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { secureRandom } from '../../base/random.ts';
import { ClusterPki } from './cluster-pki.ts';

const parts = { clock: systemClock, random: secureRandom };

describe('cluster PKI', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tyke-pki-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('certificates are signed by the authority and say who and where', async () => {
    const pki = await ClusterPki.open(folder, parts);
    const ca = new X509Certificate(await pki.caCert());
    const serving = new X509Certificate((await pki.apiServer({ apiAddresses: ['10.1.2.3'], apiNames: ['api.example'] })).cert);
    assert.equal(serving.verify(ca.publicKey), true);
    assert.equal(serving.checkIP('10.1.2.3'), '10.1.2.3');
    assert.equal(serving.checkHost('kubernetes.default.svc'), 'kubernetes.default.svc');
    assert.equal(serving.checkHost('api.example'), 'api.example');
    const kubelet = new X509Certificate((await pki.kubelet('n1')).cert);
    assert.match(kubelet.subject, /O=system:nodes\nCN=system:node:n1/);
  });

  test('a second opening finds the same keys', async () => {
    const [first, second] = [await ClusterPki.open(folder, parts), await ClusterPki.open(folder, parts)];
    assert.equal(await first.caCert(), await second.caCert());
    assert.deepEqual(await first.client('admin', 'admin'), await second.client('admin', 'admin'));
  });

  test('a certificate is made anew when what it must say has changed', async () => {
    const pki = await ClusterPki.open(folder, parts);
    const before = await pki.apiServer({ apiAddresses: ['10.0.0.1'], apiNames: [] });
    assert.deepEqual(await pki.apiServer({ apiAddresses: ['10.0.0.1'], apiNames: [] }), before);
    assert.notDeepEqual(await pki.apiServer({ apiAddresses: ['10.0.0.2'], apiNames: [] }), before);
  });

  test('keys are readable by their owner alone', async () => {
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const name of await readdir(folder))
      if (name.endsWith('.key')) assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
  });
});
