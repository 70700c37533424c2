// Volumes as containers see them, on a node with namespaces of its own: kinds, owners, modes, parts, live changes, and their end.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { configMap } from '../../src/api/core/v1/config-map.ts';
import { BUSYBOX_IMAGE } from './images.ts';
import { KubeletFixture } from './kubelet-fixture.ts';

const MOUNTS = [
  { name: 'memory', mountPath: '/memory' },
  { name: 'conf', mountPath: '/conf' },
  { name: 'shared', mountPath: '/part', subPathExpr: 'of/$(NAME)' },
  { name: 'conf', mountPath: '/one', subPath: 'key' },
  { name: 'host', mountPath: '/host', readOnly: true },
  { name: 'down', mountPath: '/down' },
];

describe('volumes on a node', { timeout: 120_000 }, () => {
  const node = new KubeletFixture();
  before(() => node.open());
  after(() => node.close());

  test('a container has what its Pod says, follows changes across a restart of the kubelet, and leaves nothing', async () => {
    const { signal } = node;
    await node.client.create(configMap, { metadata: { name: 'settings', namespace: 'default' }, data: { key: 'first' } }, { signal });
    const script = [
      'grep -q " /memory tmpfs" /proc/mounts && echo memory',
      'stat -c "%a %g" /memory',
      'cat /conf/key /one; echo',
      'touch /part/made && stat -c "%u %g" /part/made',
      'touch /host/x 2>/dev/null || echo readonly',
      'cat /down/labels; echo',
      'for word in second third; do while ! grep -q $word /conf/key; do sleep 0.1; done; echo saw $word; done; exec sleep 1000',
    ].join('; ');
    await node.create(
      'voluminous',
      script,
      {
        securityContext: { runAsUser: 1000, fsGroup: 2000 },
        volumes: [
          { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } },
          { name: 'conf', configMap: { name: 'settings' } },
          { name: 'shared', emptyDir: {} },
          { name: 'host', hostPath: { path: '/tmp', type: 'Directory' } },
          { name: 'down', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.name' } }] } },
        ],
      },
      { image: BUSYBOX_IMAGE, env: [{ name: 'NAME', value: 'me' }], volumeMounts: MOUNTS },
    );
    const pod = await node.ready('voluminous');
    const words = async (): Promise<string[]> => [...(await node.log(pod)).matchAll(/ stdout F (.*)\n/g)].map(([, text = '']) => text);
    await node.until(async () => (await words()).length >= 6, 'the container to have looked');
    // Once the group may use it: sticky as the kernel makes it, and handing its group down.
    assert.deepEqual(await words(), ['memory', '3777 2000', 'firstfirst', '1000 2000', 'readonly', 'voluminous']);

    const change = async (key: string): Promise<void> => {
      const object = await node.client.get(configMap, { namespace: 'default', name: 'settings' }, { signal });
      await node.client.update(configMap, { ...object, data: { key } }, { signal });
      await node.until(async () => (await words()).at(-1) === `saw ${key}`, `the file to say ${key}`);
    };
    await change('second');
    await node.stopKubelet();
    node.startKubelet();
    await change('third');

    await node.remove('voluminous');
    const folder = node.scope.hostPath(`${node.scope.folders.kubelet}/pods/${pod.metadata.uid ?? ''}`);
    await node.until(() => Promise.resolve(!existsSync(folder)), 'the folder of the Pod to go');
  });
});
