import assert from 'node:assert/strict';
import { test } from 'node:test';

import { examplePod } from '../runtime-fixture.ts';
import { must } from '../../../base/assert.ts';
import { parseResolvConf, podDns } from './dns.ts';
import { kernelHostname, podHostname } from './hostname.ts';
import { managedHosts } from './hosts-file.ts';
import { containerResources, cpuShares, oomScore, podCgroupLimits } from './resources.ts';
import { containerSecurity, nonRootProblem } from './security.ts';

const facts = {
  clusterDns: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  nodeResolvConf: 'nameserver 9.9.9.9\nsearch lan.\noptions timeout:1\n',
};
const main = (pod: ReturnType<typeof examplePod>) => must(pod.spec.containers[0], 'main');

test('the resolver follows dnsPolicy and dnsConfig', () => {
  const cluster = {
    servers: ['10.96.0.10'],
    searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'lan'],
    options: ['ndots:5'],
  };
  const node = { servers: ['9.9.9.9'], searches: ['lan'], options: ['timeout:1'] };
  assert.deepEqual(podDns(examplePod(), facts), cluster);
  assert.deepEqual(podDns(examplePod({ dnsPolicy: 'Default' }), facts), node);
  assert.deepEqual(podDns(examplePod({ hostNetwork: true }), facts), node);
  assert.deepEqual(podDns(examplePod({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }), facts), cluster);
  const dnsConfig = { nameservers: ['1.1.1.1'], searches: ['a.b', 'lan'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] };
  assert.deepEqual(podDns(examplePod({ dnsPolicy: 'None', dnsConfig }), facts), {
    servers: ['1.1.1.1'],
    searches: ['a.b', 'lan'],
    options: ['ndots:2', 'edns0'],
  });
  assert.deepEqual(podDns(examplePod({ dnsConfig }), facts).options, ['ndots:2', 'edns0']);
});

test('a resolv.conf is read with its comments and last lines', () => {
  assert.deepEqual(parseResolvConf('# x\nsearch a\nsearch b. .\nnameserver ::1 ; y\n'), {
    servers: ['::1'],
    searches: ['b', '.'],
    options: [],
  });
});

test('names of a Pod: its own, its hostname, its subdomain', () => {
  assert.deepEqual(podHostname(examplePod(), 'c'), { hostname: 'p', domain: '' });
  const named = examplePod({ hostname: 'h', subdomain: 's', setHostnameAsFQDN: true });
  assert.deepEqual(podHostname(named, 'c'), { hostname: 'h', domain: 's.default.svc.c' });
  assert.equal(kernelHostname(named, podHostname(named, 'c')), 'h.s.default.svc.c');
  assert.equal(podHostname(examplePod({}, { metadata: { name: `${'a'.repeat(62)}-b` } }), 'c').hostname, 'a'.repeat(62));
});

test('the managed hosts file names the Pod and its aliases', () => {
  const text = managedHosts(['10.0.0.1'], { hostname: 'h', domain: 's.ns.svc.c' }, [{ ip: '1.2.3.4', hostnames: ['x', 'y'] }]);
  assert.ok(text.startsWith('# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n'));
  assert.ok(text.endsWith('10.0.0.1\th.s.ns.svc.c\th\n\n# Entries added by HostAliases.\n1.2.3.4\tx\ty\n'));
});

test('CPU and memory become shares, quota and limits', () => {
  assert.deepEqual([0, 1, 100, 1000, 300_000].map(cpuShares), [2, 2, 102, 1024, 262_144]);
  const pod = examplePod({
    containers: [
      { name: 'main', image: 'x', resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '500m', memory: '2Gi' } } },
    ],
  });
  const four = 4 * 2 ** 30;
  assert.deepEqual(containerResources(pod, main(pod), four), {
    cpuShares: 256,
    cpuQuota: 50_000,
    cpuPeriod: 100_000,
    oomScoreAdj: 750,
    memoryLimitInBytes: 2 ** 31,
  });
  assert.deepEqual(podCgroupLimits(pod), { cpuShares: 256, cpuQuotaUs: 50_000, cpuPeriodUs: 100_000, memoryBytes: 2 ** 31 });
  assert.equal(podCgroupLimits(examplePod()).cpuShares, 2);
});

test('who is killed first when memory runs out: BestEffort, then who asked for least', () => {
  const total = 2 ** 30;
  const asking = (memory: string, limits = {}) =>
    examplePod({ containers: [{ name: 'main', image: 'x', resources: { requests: { memory, cpu: '1' }, limits } }] });
  const score = (pod: ReturnType<typeof examplePod>): number => oomScore(pod, main(pod), total);
  assert.equal(score(examplePod()), 1000);
  assert.equal(score(asking('512Mi')), 500);
  assert.equal(score(asking('1')), 999);
  assert.equal(score(asking('1Gi')), 3);
  assert.equal(score(asking('1Gi', { memory: '1Gi', cpu: '1' })), -997);
  assert.equal(score({ ...examplePod(), spec: { ...examplePod().spec, priority: 2_000_000_000 } }), -997);
});

test("a container's security is its own above the Pod's", () => {
  const pod = examplePod({
    securityContext: { runAsUser: 1, runAsGroup: 2, fsGroup: 3, supplementalGroups: [4], seccompProfile: { type: 'RuntimeDefault' } },
    shareProcessNamespace: true,
    containers: [
      {
        name: 'main',
        image: 'x',
        securityContext: { runAsUser: 5, allowPrivilegeEscalation: false, capabilities: { add: ['NET_ADMIN'] } },
      },
    ],
  });
  const security = containerSecurity(pod, main(pod), { uid: 0, username: '' }, undefined);
  assert.deepEqual(security.runAsUser, { value: 5 });
  assert.deepEqual(security.runAsGroup, { value: 2 });
  assert.deepEqual(security.supplementalGroups, [3, 4]);
  assert.equal(security.noNewPrivs, true);
  assert.deepEqual(security.seccomp, { profileType: 'RuntimeDefault' });
  assert.deepEqual(security.namespaceOptions, { network: 'POD', ipc: 'POD', pid: 'POD' });
  const plain = examplePod();
  assert.deepEqual(containerSecurity(plain, main(plain), { uid: undefined, username: 'web' }, 'x').namespaceOptions, {
    network: 'POD',
    ipc: 'POD',
    pid: 'TARGET',
    targetId: 'x',
  });
});

test('who promises not to be root must not be', () => {
  const pod = examplePod({ securityContext: { runAsNonRoot: true } });
  assert.equal(nonRootProblem(pod, main(pod), { uid: 7, username: '' }), undefined);
  assert.match(nonRootProblem(pod, main(pod), { uid: 0, username: '' }) ?? '', /image will run as root/);
  assert.match(nonRootProblem(pod, main(pod), { uid: undefined, username: 'web' }) ?? '', /non-numeric user \(web\)/);
  const own = examplePod({ securityContext: { runAsNonRoot: true, runAsUser: 0 } });
  assert.match(nonRootProblem(own, main(own), { uid: 7, username: '' }) ?? '', /runAsUser breaks non-root policy/);
});
