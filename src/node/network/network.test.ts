// The pure parts of node networks: ranges, subnets, route plans, and the texts written for other programs.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { addressIn, formatAddress, overlaps, parseAddress, subnetOf } from './cidr.ts';
import { hostRoutes } from './cluster-network.ts';
import { cniConflist } from './cni.ts';
import { masqueradeTable } from './masquerade.ts';
import { parseRoutes, peerRoutes, planRoutes, routeCommands, type Route } from './routes.ts';
import { chooseClusterCidrs, nodeAddress, parseRoutedCidrs } from './subnets.ts';

test('addresses survive being read and written', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => assert.equal(parseAddress(formatAddress(value)), value)));
  for (const wrong of ['1.2.3', '1.2.3.256', '::1', '']) assert.throws(() => parseAddress(wrong), /not an IPv4 address/);
});

test('ranges overlap when one holds the other, and not when they only touch', () => {
  assert.ok(overlaps('10.0.0.0/8', '10.5.0.0/16'));
  assert.ok(overlaps('10.5.7.1/16', '10.5.0.0/24'));
  assert.ok(!overlaps('10.0.0.0/24', '10.0.1.0/24'));
  assert.ok(overlaps('10.0.0.7', '10.0.0.0/29'));
});

test('subnets and addresses are counted from the start of their range', () => {
  assert.equal(subnetOf('10.244.0.0/16', 24, 3), '10.244.3.0/24');
  assert.equal(addressIn('10.96.0.0/16', 10), '10.96.0.10');
  assert.equal(nodeAddress('10.213.4.0/24', 1), '10.213.4.2');
  assert.throws(() => subnetOf('10.244.0.0/16', 24, 256), /has no \/24 number 256/);
});

test("the first cluster gets upstream's customary ranges, the next one others", () => {
  const first = chooseClusterCidrs(['192.168.0.0/24']);
  assert.deepEqual(first, { nodeCidr: '10.213.0.0/24', podCidr: '10.244.0.0/16', serviceCidr: '10.96.0.0/16' });
  const second = chooseClusterCidrs(Object.values(first));
  for (const mine of Object.values(second)) for (const theirs of Object.values(first)) assert.ok(!overlaps(mine, theirs));
  assert.throws(() => chooseClusterCidrs(['10.0.0.0/8']), /no range is free/);
});

test('what is taken is read off the routes', () => {
  const text =
    'default via 192.0.2.1 dev eth0 \n10.213.0.0/24 dev x proto kernel scope link \nlocal 192.0.2.2 dev eth0 table local\nblackhole 10.9.0.0/16\n';
  assert.deepEqual(parseRoutedCidrs(text), ['10.213.0.0/24', '192.0.2.2', '10.9.0.0/16']);
});

test('a node routes to the Pods of every other node', () => {
  const nodes = [1, 2, 3].map((index) => ({ name: `n${index}`, address: `10.213.0.${index}`, podCidr: `10.244.${index}.0/24` }));
  assert.deepEqual(
    peerRoutes('n2', nodes).map(({ destination }) => destination),
    ['10.244.1.0/24', '10.244.3.0/24'],
  );
  assert.deepEqual(hostRoutes(nodes, '10.96.0.0/16').at(-1), 'route replace 10.96.0.0/16 via 10.213.0.1 proto 213');
});

test('a plan carried out leaves the routes wanted, and planning again changes nothing', () => {
  const routes = fc.uniqueArray(
    fc.record({ destination: fc.constantFrom('a/24', 'b/24', 'c/24', 'd/24'), via: fc.constantFrom('x', 'y') }),
    {
      selector: ({ destination }) => destination,
    },
  );
  fc.assert(
    fc.property(routes, routes, (wanted: readonly Route[], observed: readonly Route[]) => {
      const { replace, remove } = planRoutes(wanted, observed);
      const after = new Map(observed.map((route) => [route.destination, route.via]));
      for (const { destination } of remove) after.delete(destination);
      for (const { destination, via } of replace) after.set(destination, via);
      assert.deepEqual(after, new Map(wanted.map(({ destination, via }) => [destination, via])));
      const settled = [...after].map(([destination, via]) => ({ destination, via }));
      assert.deepEqual(planRoutes(wanted, settled), { replace: [], remove: [] });
    }),
  );
});

test('routes are read from and written for ip', () => {
  const observed = parseRoutes('10.244.2.0/24 via 10.213.0.3 dev eth0 \n10.244.3.1 via 10.213.0.4 dev eth0 \n');
  assert.deepEqual(observed, [
    { destination: '10.244.2.0/24', via: '10.213.0.3' },
    { destination: '10.244.3.1/32', via: '10.213.0.4' },
  ]);
  assert.deepEqual(routeCommands({ replace: [], remove: observed.slice(0, 1) }), ['route del 10.244.2.0/24 via 10.213.0.3 proto 213']);
});

test("the network list gives Pods addresses of the node's own range", () => {
  const list = JSON.parse(cniConflist({ podCidrs: ['10.244.1.0/24'], mtu: 1400, stateDir: '/state' }));
  const [bridge, portmap, bandwidth] = list.plugins;
  assert.equal(bridge.mtu, 1400);
  assert.equal(bridge.ipMasq, false);
  assert.deepEqual(bridge.ipam.ranges, [[{ subnet: '10.244.1.0/24' }]]);
  assert.deepEqual([portmap.type, bandwidth.type], ['portmap', 'bandwidth']);
});

test('masquerade spares what stays inside', () => {
  const text = masqueradeTable({ table: 't', inside: ['10.1.0.0/16', '10.2.0.0/16'], sources: ['10.1.0.0/16'] });
  assert.match(text, /ip saddr \{ 10\.1\.0\.0\/16 \} ip daddr != \{ 10\.1\.0\.0\/16, 10\.2\.0\.0\/16 \} masquerade/);
});
