import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import type { Service } from '../../../api/core/v1/service.ts';
import { kubeletFixture, podOf } from '../kubelet-fixture.ts';
import type { KubeletFixture } from '../kubelet-fixture.ts';
import { createContainerEnvironment } from './index.ts';
import { serviceVariables } from './service-variables.ts';

const { signal } = new AbortController();
let fixture: KubeletFixture;

beforeEach(async () => {
  fixture = await kubeletFixture();
});
afterEach(() => fixture.close());

const named = (
  kind: string,
  name: string,
  namespace = 'ns',
): { apiVersion: string; kind: string; metadata: { name: string; namespace: string } } => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
});

async function environmentOf(container: object, spec: object = {}): Promise<Record<string, string> | string> {
  const pod = podOf({
    metadata: { name: 'web', namespace: 'ns', uid: 'u', labels: { app: 'x' } },
    spec: { containers: [{ name: 'main', image: 'box', ...container }], nodeName: 'n1', enableServiceLinks: false, ...spec },
  });
  const [main] = pod.spec.containers;
  assert.ok(main);
  const answer = await createContainerEnvironment(fixture.parts).of(
    pod,
    main,
    { podIPs: ['10.1.1.1', 'fd00::1'], hostIPs: ['10.0.0.1'] },
    signal,
  );
  return answer.ok ? Object.fromEntries(answer.value.map(({ name, value }) => [name, value])) : `${answer.reason}: ${answer.message}`;
}

test('variables come from whole objects, keys, fields and resources, and refer to those before them', async () => {
  fixture.api.put({ ...named('ConfigMap', 'conf'), data: { one: '1', two: '2' } } as never);
  fixture.api.put({ ...named('Secret', 'hidden'), data: { password: Buffer.from('pw').toString('base64') } } as never);
  const answer = await environmentOf({
    envFrom: [
      { prefix: 'P_', configMapRef: { name: 'conf' } },
      { secretRef: { name: 'hidden' } },
      { configMapRef: { name: 'none', optional: true } },
    ],
    env: [
      { name: 'A', value: 'a' },
      { name: 'B', value: '$(A)-$(P_one)-$$(A)-$(LATER)' },
      { name: 'LATER', value: 'x' },
      { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'conf', key: 'two' } } },
      { name: 'NO', valueFrom: { secretKeyRef: { name: 'hidden', key: 'none', optional: true } } },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'IPS', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } },
      { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu' } } },
      { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    ],
    resources: { requests: { cpu: '250m' }, limits: { memory: '3145729' } },
  });
  assert.deepEqual(answer, {
    P_one: '1',
    P_two: '2',
    password: 'pw',
    A: 'a',
    B: 'a-1-$(A)-$(LATER)',
    LATER: 'x',
    KEY: '2',
    IP: '10.1.1.1',
    IPS: '10.1.1.1,fd00::1',
    LABEL: 'x',
    CPU: '1',
    MEMORY: '4',
  });
});

test('what is missing is named as upstream names it', async () => {
  fixture.api.put({ ...named('ConfigMap', 'conf'), data: {} } as never);
  const reference = (valueFrom: object): object => ({ env: [{ name: 'X', valueFrom }] });
  assert.equal(await environmentOf({ envFrom: [{ configMapRef: { name: 'x' } }] }), 'CreateContainerConfigError: configmap "x" not found');
  assert.equal(
    await environmentOf(reference({ secretKeyRef: { name: 's', key: 'k' } })),
    'CreateContainerConfigError: secret "s" not found',
  );
  assert.equal(
    await environmentOf(reference({ configMapKeyRef: { name: 'conf', key: 'k' } })),
    "CreateContainerConfigError: couldn't find key k in ConfigMap ns/conf",
  );
});

test('Services of the namespace are shown where links are wanted, the API server always', async () => {
  const service = (namespace: string, name: string, spec: object): Service =>
    ({ ...named('Service', name, namespace), spec, status: { loadBalancer: {} } }) as Service;
  const all = [
    service('default', 'kubernetes', { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] }),
    service('ns', 'my-db', { clusterIP: '10.96.0.9', ports: [{ port: 53, protocol: 'UDP', targetPort: 53 }] }),
    service('ns', 'headless', { clusterIP: 'None', ports: [{ port: 1, targetPort: 1 }] }),
    service('other', 'far', { clusterIP: '10.96.0.8', ports: [{ port: 1, targetPort: 1 }] }),
  ];
  assert.deepEqual(serviceVariables(all, 'ns', false), [
    { name: 'KUBERNETES_SERVICE_HOST', value: '10.96.0.1' },
    { name: 'KUBERNETES_SERVICE_PORT', value: '443' },
    { name: 'KUBERNETES_SERVICE_PORT_HTTPS', value: '443' },
    { name: 'KUBERNETES_PORT', value: 'tcp://10.96.0.1:443' },
    { name: 'KUBERNETES_PORT_443_TCP', value: 'tcp://10.96.0.1:443' },
    { name: 'KUBERNETES_PORT_443_TCP_PROTO', value: 'tcp' },
    { name: 'KUBERNETES_PORT_443_TCP_PORT', value: '443' },
    { name: 'KUBERNETES_PORT_443_TCP_ADDR', value: '10.96.0.1' },
  ]);
  const linked = serviceVariables(all, 'ns', true);
  assert.ok(linked.some(({ name, value }) => name === 'MY_DB_PORT_53_UDP' && value === 'udp://10.96.0.9:53'));
  assert.ok(!linked.some(({ name }) => name.startsWith('FAR') || name.startsWith('HEADLESS')));
});
