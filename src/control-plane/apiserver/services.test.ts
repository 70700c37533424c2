// Services get addresses and ports, keep them, give them back, and are refused with upstream's words.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { service } from '../../api/core/v1/service.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { ipAddress } from '../../api/networking/v1/ip-address.ts';
import type { Sparse } from '../../client/sparse.ts';
import { StatusError } from '../../machinery/status-error.ts';
import { openTestServer } from './api-server-fixture.ts';
import type { TestServer } from './api-server-fixture.ts';

async function opened(t: TestContext): Promise<TestServer> {
  const server = await openTestServer();
  t.after(() => server.close());
  await server.bootstrap();
  return server;
}

const named = (name: string, spec: Sparse<Service['spec']>): Sparse<Service> => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], selector: { app: name }, ...spec },
});

const create = ({ client, signal }: TestServer, name: string, spec: Sparse<Service['spec']> = {}, dryRun = false): Promise<Service> =>
  client.create(service, named(name, spec), { signal, dryRun });

async function refused(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('the write was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StatusError, String(error));
  return error.message;
}

describe('Service allocation', () => {
  test('a Service gets an address of the upper band and the family of the cluster', async (t) => {
    const server = await opened(t);
    const { spec } = await create(server, 'a');
    assert.match(spec.clusterIP ?? '', /^10\.(9[6-9]|1\d\d)\./);
    assert.deepEqual(spec.clusterIPs, [spec.clusterIP]);
    assert.deepEqual([spec.ipFamilies, spec.ipFamilyPolicy], [['IPv4'], 'SingleStack']);
  });

  test('an address that is taken, or out of range, is refused', async (t) => {
    const server = await opened(t);
    const taken =
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated';
    assert.equal(await refused(create(server, 'b', { clusterIP: '10.96.0.1' })), taken);
    assert.match(
      await refused(create(server, 'b', { clusterIP: '10.96.0.0' })),
      /failed to allocate IP 10\.96\.0\.0: the provided IP \(10\.96\.0\.0\) is not in the valid range\. The range of valid IPs is 10\.96\.0\.0\/12/,
    );
    assert.match(await refused(create(server, 'b', { clusterIP: '10.1.1.1' })), /the provided network does not match the current range/);
    const fixed = await create(server, 'b', { clusterIP: '10.96.0.10' });
    assert.equal(fixed.spec.clusterIP, '10.96.0.10');
  });

  test('an address is free again when its Service is gone, and was never taken by a dry run', async (t) => {
    const server = await opened(t);
    const { client, signal } = server;
    await create(server, 'dry', { clusterIP: '10.96.0.77' }, true);
    await create(server, 'a', { clusterIP: '10.96.0.77' });
    await client.delete(service, { namespace: 'default', name: 'a' }, { signal });
    assert.equal((await create(server, 'b', { clusterIP: '10.96.0.77' })).spec.clusterIP, '10.96.0.77');
  });

  test('node ports are allocated, shared by the protocols of one port, and refused when taken', async (t) => {
    const server = await opened(t);
    const ports = [
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'udp', port: 53, protocol: 'UDP' },
    ];
    const dns = await create(server, 'dns', { type: 'NodePort', ports });
    const [tcp, udp] = dns.spec.ports ?? [];
    assert.equal(tcp?.nodePort, udp?.nodePort);
    assert.ok((tcp?.nodePort ?? 0) >= 30_000 && (tcp?.nodePort ?? 0) <= 32_767);
    const message = await refused(create(server, 'b', { type: 'NodePort', ports: [{ port: 80, nodePort: tcp?.nodePort ?? 0 }] }));
    assert.equal(
      message,
      `Service "b" is invalid: spec.ports[0].nodePort: Invalid value: ${tcp?.nodePort}: provided port is already allocated`,
    );
    const outside = await refused(create(server, 'b', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }));
    assert.match(outside, /provided port is not in the valid range\. The range of valid ports is 30000-32767/);
  });

  test('a change of type allocates and releases; an update that leaves allocated fields out keeps them', async (t) => {
    const server = await opened(t);
    const { client, signal } = server;
    const first = await create(server, 'a', { type: 'NodePort' });
    const again = await client.update(
      service,
      {
        ...first,
        spec: { ...first.spec, clusterIP: undefined, clusterIPs: undefined, ports: [{ ...first.spec.ports?.[0], nodePort: undefined }] },
      } as Service,
      { signal },
    );
    assert.equal(again.spec.clusterIP, first.spec.clusterIP);
    assert.equal(again.spec.ports?.[0]?.nodePort, first.spec.ports?.[0]?.nodePort);
    const plain = await client.update(service, { ...again, spec: { ...again.spec, type: 'ClusterIP' } }, { signal });
    assert.equal(plain.spec.ports?.[0]?.nodePort, undefined);
    const external = await client.update(
      service,
      { ...plain, spec: { ...plain.spec, type: 'ExternalName', externalName: 'example.org' } },
      { signal },
    );
    assert.deepEqual([external.spec.clusterIP, external.spec.clusterIPs, external.spec.ipFamilies], [undefined, undefined, undefined]);
    const back = await client.update(
      service,
      { ...external, spec: { ...external.spec, type: 'ClusterIP', externalName: undefined } } as Service,
      { signal },
    );
    assert.match(back.spec.clusterIP ?? '', /^10\./);
  });

  test('a headless Service has no address; without a selector it has both families', async (t) => {
    const server = await opened(t);
    const headless = await create(server, 'h', { clusterIP: 'None' });
    assert.deepEqual([headless.spec.clusterIPs, headless.spec.ipFamilies], [['None'], ['IPv4']]);
    const bare = await create(server, 'i', { clusterIP: 'None', selector: {} });
    assert.deepEqual([bare.spec.ipFamilies, bare.spec.ipFamilyPolicy], [['IPv4', 'IPv6'], 'RequireDualStack']);
    assert.match(
      await refused(create(server, 'j', { ipFamilyPolicy: 'RequireDualStack' })),
      /this cluster is not configured for dual-stack services/,
    );
  });

  test('many Services at once get different addresses, each with its IPAddress', async (t) => {
    const server = await opened(t);
    const { client, signal, core } = server;
    const all = await Promise.all(Array.from({ length: 50 }, (_each, index) => create(server, `s${index}`)));
    assert.equal(new Set(all.map(({ spec }) => spec.clusterIP)).size, 50);
    const { clock } = core;
    await (clock as import('../../base/clock.ts').VirtualClock).advance(100);
    const addresses = (await client.list(ipAddress, { signal })).items.map(({ metadata }) => metadata.name);
    for (const { spec } of all) assert.ok(addresses.includes(spec.clusterIP), `no IPAddress for ${spec.clusterIP}`);
  });
});
