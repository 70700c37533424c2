import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '../../../api/core/v1/endpoints.ts';
import { node } from '../../../api/core/v1/node.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { service } from '../../../api/core/v1/service.ts';
import { endpointSlice } from '../../../api/discovery/v1/endpoint-slice.ts';
import { keyOf } from '../../../client/client.ts';
import { allControllers } from '../all.ts';
import { openControllersFixture } from '../controllers-fixture.ts';
import type { ControllersFixture } from '../controllers-fixture.ts';

const managed = allControllers({ rootCa: 'CA' }).filter(({ name }) => name.startsWith('endpoint'));

async function open(t: { after(done: () => Promise<void>): void }): Promise<ControllersFixture> {
  const fixture = await openControllersFixture(managed);
  t.after(() => fixture.close());
  await fixture.client.create(
    node,
    { metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'z' } } },
    { signal: fixture.signal },
  );
  return fixture;
}

const addPod = (fixture: ControllersFixture, name: string): Promise<Pod> =>
  fixture.client.create(
    pod,
    {
      metadata: { name, namespace: 'default', labels: { app: 'web' } },
      spec: { containers: [{ name: 'a', image: 'a', ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
    { signal: fixture.signal },
  );

const addService = (fixture: ControllersFixture, spec: object): Promise<unknown> =>
  fixture.client.create(
    service,
    {
      metadata: { name: 'web', namespace: 'default', labels: { team: 'blue' } },
      spec: {
        clusterIP: '10.96.0.10',
        clusterIPs: ['10.96.0.10'],
        ipFamilies: ['IPv4'],
        ports: [{ port: 80, targetPort: 'http' }],
        ...spec,
      },
    },
    { signal: fixture.signal },
  );

test('slices and Endpoints follow the Pods of a Service', async (t) => {
  const fixture = await open(t);
  await addService(fixture, { selector: { app: 'web' } });
  await fixture.until(async () => (await fixture.list(endpointSlice)).length === 1 && (await fixture.list(endpoints)).length === 1);
  assert.deepEqual((await fixture.list(endpointSlice))[0]?.endpoints, [], 'one empty slice says that there is nothing');

  const [one, two] = [await addPod(fixture, 'one'), await addPod(fixture, 'two')];
  await fixture.makeReady(one);
  await fixture.until(async () => (await fixture.list(endpointSlice))[0]?.endpoints.length === 1);
  const [slice] = await fixture.list(endpointSlice);
  assert.match(slice?.metadata.name ?? '', /^web-.{5}$/);
  assert.deepEqual(slice?.metadata.labels, {
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': 'web',
    team: 'blue',
  });
  assert.deepEqual(slice?.ports, [{ name: '', protocol: 'TCP', port: 8080 }]);
  const [endpoint] = slice?.endpoints ?? [];
  assert.deepEqual({ ...endpoint?.conditions }, { ready: true, serving: true, terminating: false });
  assert.deepEqual([endpoint?.nodeName, endpoint?.zone, endpoint?.targetRef?.name], ['node-1', 'z', 'one']);

  await fixture.makeReady(two);
  await fixture.until(async () => (await fixture.get(endpoints, 'web'))?.subsets?.[0]?.addresses?.length === 2);
  await fixture.client.delete(pod, keyOf(one), { signal: fixture.signal });
  await fixture.until(async () =>
    (await fixture.list(endpointSlice)).some((each) => each.endpoints.some(({ conditions }) => conditions.terminating === true)),
  );
  const ended = (await fixture.list(endpointSlice)).flatMap((each) => each.endpoints).find(({ targetRef }) => targetRef?.name === 'one');
  assert.deepEqual({ ...ended?.conditions }, { ready: false, serving: true, terminating: true });
  await fixture.until(async () => (await fixture.get(endpoints, 'web'))?.subsets?.[0]?.addresses?.length === 1);
  await fixture.reap();
  await fixture.until(async () => (await fixture.list(endpointSlice)).flatMap((each) => each.endpoints).length === 1);
});

test('hand-made Endpoints of a Service without a selector are mirrored', async (t) => {
  const fixture = await open(t);
  await addService(fixture, {});
  await fixture.client.create(
    endpoints,
    {
      metadata: { name: 'web', namespace: 'default' },
      subsets: [
        {
          addresses: [{ ip: '192.0.2.1' }],
          notReadyAddresses: [{ ip: '192.0.2.2' }],
          ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
        },
      ],
    },
    { signal: fixture.signal },
  );
  await fixture.until(async () => (await fixture.list(endpointSlice)).length === 1);
  const [slice] = await fixture.list(endpointSlice);
  assert.deepEqual(slice?.metadata.labels, {
    'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    'kubernetes.io/service-name': 'web',
  });
  assert.deepEqual(
    slice?.endpoints.map(({ addresses, conditions }) => [addresses[0], conditions.ready]),
    [
      ['192.0.2.1', true],
      ['192.0.2.2', false],
    ],
  );
  await fixture.client.delete(endpoints, { namespace: 'default', name: 'web' }, { signal: fixture.signal });
  await fixture.until(async () => (await fixture.list(endpointSlice)).length === 0);
});
