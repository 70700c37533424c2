// The rules for Services, as texts and as differences; and that nft itself accepts them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Service } from '../../api/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import { changesText } from './diff.ts';
import { parseFlows, staleFlows } from './flows.ts';
import { parseRemembered } from './kernel.ts';
import { planService } from './plan.ts';
import { Rulesets, type RuleChange, type Ruleset } from './ruleset.ts';
import { emptyTable } from './table.ts';

const context = { nodeName: 'n1', clusterPodCidr: '10.244.0.0/16' };

interface SpecInput extends Omit<Partial<Service['spec']>, 'ports'> {
  readonly ports?: readonly Partial<NonNullable<Service['spec']['ports']>[number]>[];
}

function serviceOf(spec: SpecInput, status: Partial<Service['status']> = {}): Service {
  const clusterIP = spec.clusterIP ?? '10.96.0.10';
  const ports = (spec.ports ?? [{}]).map((port) => ({ protocol: 'TCP', port: 80, targetPort: 8080, ...port }));
  const whole = { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ...spec, ports };
  const metadata = { namespace: 'default', name: 'web' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: whole, status: { loadBalancer: {}, ...status } };
}

function sliceOf(endpoints: readonly Endpoint[], ports: EndpointSlice['ports'] = [{ port: 8080, protocol: 'TCP' }]): EndpointSlice {
  const metadata = { namespace: 'default', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints, ports };
}

const endpointAt = (address: string, nodeName = 'n2', conditions: Endpoint['conditions'] = { ready: true }): Endpoint => ({
  addresses: [address],
  conditions,
  nodeName,
});

const two = sliceOf([endpointAt('10.244.2.5'), endpointAt('10.244.1.4', 'n1')]);
const plan = (service: Service, ...slices: EndpointSlice[]): Record<string, string> =>
  Object.fromEntries(planService(service, slices, context));

test('a cluster address leads to a chain shared by its number of endpoints, which lie in a map', () => {
  assert.deepEqual(plan(serviceOf({}), two), {
    'chain inside-tcp-cluster-2':
      'ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x00200000\n' +
      'dnat ip to ip daddr . tcp dport . numgen random mod 2 map @endpoints-tcp',
    'element services 10.96.0.10 . tcp . 80': 'goto inside-tcp-cluster-2',
    'element endpoints-tcp 10.96.0.10 . 80 . 0': '10.244.1.4 . 8080',
    'element endpoints-tcp 10.96.0.10 . 80 . 1': '10.244.2.5 . 8080',
    'element hairpins 10.244.1.4 . 10.244.1.4': '',
  });
});

test('a Service without endpoints is refused, one without endpoints on this node is dropped where only those may be used', () => {
  assert.deepEqual(plan(serviceOf({}), sliceOf([])), {
    'element refused 10.96.0.10 . tcp . 80': 'goto refuse',
  });
  const elsewhere = sliceOf([endpointAt('10.244.2.5')]);
  assert.equal(plan(serviceOf({ internalTrafficPolicy: 'Local' }), elsewhere)['element refused 10.96.0.10 . tcp . 80'], 'drop');
});

test('endpoints that are not ready get nothing, unless all are being ended and still serve', () => {
  const ending = endpointAt('10.244.2.7', 'n2', { ready: false, serving: true, terminating: true });
  const broken = endpointAt('10.244.2.8', 'n2', { ready: false, serving: false, terminating: false });
  const endpointsOf = (...endpoints: Endpoint[]): string[] =>
    Object.entries(plan(serviceOf({}), sliceOf(endpoints))).flatMap(([key, value]) =>
      key.startsWith('element endpoints-') ? [value] : [],
    );
  assert.deepEqual(endpointsOf(ending, broken, endpointAt('10.244.2.9')), ['10.244.2.9 . 8080']);
  assert.deepEqual(endpointsOf(ending, broken), ['10.244.2.7 . 8080']);
  assert.deepEqual(endpointsOf(broken), []);
});

test('headless Services, names for others, and Services of another proxy are left alone', () => {
  assert.deepEqual(plan(serviceOf({ clusterIP: 'None' }), two), {});
  assert.deepEqual(plan(serviceOf({ type: 'ExternalName', externalName: 'example.org' }), two), {});
  const service = serviceOf({});
  const labels = { 'service.kubernetes.io/service-proxy-name': 'other' };
  assert.deepEqual(plan({ ...service, metadata: { ...service.metadata, labels } }, two), {});
});

test('a node port masquerades; with the policy Local only what comes from within reaches other nodes', () => {
  const rules = plan(serviceOf({ type: 'NodePort', ports: [{ nodePort: 30_080 }] }), two);
  assert.equal(rules['element node-ports tcp . 30080'], 'goto port-outside-tcp-cluster-2');
  assert.equal(rules['element node-port-endpoints-tcp 30080 . 1'], '10.244.2.5 . 8080');
  assert.match(rules['chain port-outside-tcp-cluster-2'] ?? '', /^meta mark set meta mark \| 0x00200000\n/);
  const local = plan(serviceOf({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ nodePort: 30_080 }] }), two);
  assert.equal(local['element node-ports tcp . 30080'], 'goto port-policy-tcp-cluster-2-local-1');
  assert.equal(local['element node-port-endpoints-tcp 30080 . 65536'], '10.244.1.4 . 8080');
  assert.deepEqual((local['chain port-policy-tcp-cluster-2-local-1'] ?? '').split('\n'), [
    'ip saddr 10.244.0.0/16 goto port-direct-tcp-cluster-2',
    'fib saddr type local goto port-outside-tcp-cluster-2',
    'dnat ip to tcp dport . numgen random mod 1 offset 65536 map @node-port-endpoints-tcp',
  ]);
});

test('several protocols on one port, and ports by name, keep apart', () => {
  const ports = [
    { name: 'dns', protocol: 'UDP', port: 53 },
    { name: 'dns-tcp', protocol: 'TCP', port: 53 },
  ];
  const slice = sliceOf(
    [endpointAt('10.244.2.5')],
    [
      { name: 'dns', protocol: 'UDP', port: 5353 },
      { name: 'dns-tcp', protocol: 'TCP', port: 5354 },
    ],
  );
  const rules = plan(serviceOf({ ports }), slice);
  assert.equal(rules['element endpoints-udp 10.96.0.10 . 53 . 0'], '10.244.2.5 . 5353');
  assert.equal(rules['element endpoints-tcp 10.96.0.10 . 53 . 0'], '10.244.2.5 . 5354');
  assert.equal(rules['udp 10.96.0.10 53'], '10.244.2.5:5353');
});

const everyShape: readonly Service[] = [
  serviceOf({}),
  serviceOf({ internalTrafficPolicy: 'Local', clusterIP: '10.96.0.11' }),
  serviceOf({ type: 'NodePort', clusterIP: '10.96.0.12', ports: [{ nodePort: 30_001 }], externalIPs: ['192.0.2.1'] }),
  serviceOf({ type: 'NodePort', clusterIP: '10.96.0.13', ports: [{ nodePort: 30_002 }], externalTrafficPolicy: 'Local' }),
  serviceOf({ clusterIP: '10.96.0.14', sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }),
  serviceOf(
    {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.15',
      sessionAffinity: 'ClientIP',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['198.51.100.0/24', '203.0.113.7/32'],
      ports: [{ nodePort: 30_003 }],
    },
    { loadBalancer: { ingress: [{ ip: '192.0.2.9' }, { ip: '192.0.2.10', ipMode: 'Proxy' }] } },
  ),
];

/** What nft would hold after a transaction; it refuses what the kernel would refuse. */
function applyTo(rules: Map<string, string>, changes: readonly RuleChange[]): void {
  for (const { key, before, after } of changes) {
    assert.equal(rules.get(key), before);
    if (after === undefined) rules.delete(key);
    else rules.set(key, after);
  }
}

test('differences lead from any state to any other', () => {
  const fragment = fc.dictionary(fc.constantFrom('chain a', 'element m 1', 'element m 2', 'set s'), fc.constantFrom('1', '2'));
  const step = fc.record({ owner: fc.constantFrom('x', 'y', 'z'), fragment, flush: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const rulesets = new Rulesets();
      const kernel = new Map<string, string>();
      const last = new Map<string, Ruleset>();
      for (const { owner, fragment: next, flush } of steps) {
        const rules = new Map(Object.entries(next));
        rulesets.replace(owner, rules);
        last.set(owner, rules);
        if (flush) applyTo(kernel, rulesets.takeChanges());
      }
      applyTo(kernel, rulesets.takeChanges());
      assert.deepEqual(Object.fromEntries(rulesets.entries()), Object.fromEntries(kernel));
      const claimed = new Set([...last.values()].flatMap((rules) => [...rules.keys()]));
      assert.deepEqual(new Set(kernel.keys()), claimed);
      assert.deepEqual(rulesets.takeChanges(), []);
    }),
  );
});

test('one more Service changes nothing but its own elements', () => {
  const rulesets = new Rulesets();
  rulesets.replace('default/a', planService(serviceOf({}), [two], context));
  rulesets.takeChanges();
  rulesets.replace('default/b', planService(serviceOf({ clusterIP: '10.96.0.20' }), [two], context));
  assert.equal(
    changesText('t', rulesets.takeChanges()),
    'add element ip t services { 10.96.0.20 . tcp . 80 : goto inside-tcp-cluster-2 }\n' +
      'add element ip t endpoints-tcp { 10.96.0.20 . 80 . 0 : 10.244.1.4 . 8080, 10.96.0.20 . 80 . 1 : 10.244.2.5 . 8080 }\n',
  );
});

const inScratchNetwork = (script: string, stdin: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync('unshare', ['--net', '/bin/sh', '-ec', script], { input: stdin, encoding: 'utf8' });

const networkTest = { skip: process.getuid?.() !== 0 && 'needs root' };

test('nft takes every shape of Service, its changes and its removal', networkTest, () => {
  const rulesets = new Rulesets();
  const transactions: string[] = [];
  const commit = (first = ''): void => {
    transactions.push(first + changesText('t', rulesets.takeChanges()));
  };
  const planAll = (...slices: EndpointSlice[]): void => {
    for (const [index, service] of everyShape.entries())
      rulesets.replace(
        String(index),
        planService({ ...service, metadata: { ...service.metadata, name: `web-${index}` } }, slices, context),
      );
  };
  const empty = emptyTable({ table: 't', serviceCidr: '10.96.0.0/16' });
  planAll(two);
  commit(empty);
  planAll(sliceOf([endpointAt('10.244.2.6'), endpointAt('10.244.2.7'), endpointAt('10.244.1.4', 'n1')]));
  commit();
  planAll(sliceOf([endpointAt('10.244.2.6')]));
  commit();
  planAll();
  commit();
  planAll(two);
  commit();
  for (const owner of rulesets.owners) rulesets.replace(owner);
  commit();
  transactions.push(empty);
  // A file for each transaction, and nothing must be left of all Services in the end.
  const script = `nft -f - <<'EOF'\n${transactions.slice(0, -1).join("EOF\nnft -f - <<'EOF'\n")}EOF\nnft list table ip t`;
  const ended = inScratchNetwork(script, '');
  assert.equal(ended.status, 0, ended.stderr);
  const fresh = inScratchNetwork(`nft -f - <<'EOF'\n${empty}EOF\nnft list table ip t`, '');
  assert.equal(ended.stdout, fresh.stdout);
});

test('the clients that affinity remembers are read back', networkTest, () => {
  const text = `add table ip t\nadd set ip t affinity-a { type ipv4_addr; flags dynamic,timeout; timeout 60s; }
add element ip t affinity-a { 10.0.0.1 timeout 60s expires 40s, 10.0.0.2 }\nadd set ip t affinity-b { type ipv4_addr; flags timeout; }\n`;
  const { stdout, stderr } = inScratchNetwork(`nft -f - <<'EOF'\n${text}EOF\nnft list table ip t`, '');
  const remembered = parseRemembered(stdout);
  assert.deepEqual([...remembered.keys()], ['affinity-a'], stderr);
  const again = `add table ip t\nadd set ip t s { type ipv4_addr; flags dynamic,timeout; timeout 60s; }\nadd element ip t s { ${remembered.get('affinity-a')} }\n`;
  assert.equal(inScratchNetwork(`nft -f - <<'EOF'\n${again}EOF\n`, '').status, 0, again);
});

test('only UDP flows to our own frontends are forgotten, and only when their endpoint is gone', () => {
  const line = (dst: string, dport: number, src: string, sport: number): string =>
    `udp      17 27 src=10.244.1.2 dst=${dst} sport=4444 dport=${dport} [UNREPLIED] src=${src} dst=10.244.1.2 sport=${sport} dport=4444 mark=0 use=1`;
  const flows = parseFlows(
    [
      line('10.96.0.10', 53, '10.244.2.5', 5353),
      line('10.96.0.10', 53, '10.244.2.6', 5353),
      line('10.96.0.10', 53, '10.96.0.10', 53),
      line('10.96.7.7', 53, '10.244.2.6', 5353),
      line('192.0.2.1', 53, '192.0.2.1', 53),
      line('10.213.0.2', 30_053, '10.244.2.6', 5353),
      line('192.0.2.1', 30_053, '192.0.2.1', 30_053),
      '',
    ].join('\n'),
  );
  const targets = new Map([
    ['udp 10.96.0.10 53', '10.244.2.5:5353'],
    ['udp * 30053', '10.244.2.5:5353'],
  ]);
  const stale = staleFlows(flows, { targets: (key) => targets.get(key), serviceCidr: '10.96.0.0/16', nodeAddress: '10.213.0.2' });
  assert.deepEqual(
    stale.map(({ address, port, answering }) => `${address}:${port} ${answering}`),
    ['10.96.0.10:53 10.244.2.6', '10.96.0.10:53 10.96.0.10', '10.96.7.7:53 10.244.2.6', '10.213.0.2:30053 10.244.2.6'],
  );
});
