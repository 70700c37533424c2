import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, test } from 'node:test';

import { VirtualClock } from '../../../base/clock.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { TokenRequest } from '../../../api/authentication/v1/token-request.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { kubeletFixture, podOf } from '../kubelet-fixture.ts';
import type { KubeletFixture } from '../kubelet-fixture.ts';
import type { PodVolumes } from '../seams.ts';
import { createPodVolumes } from './index.ts';
import { mountsBelow } from './mount-table.ts';
import { renewalTime } from './pod-tokens.ts';

const { signal } = new AbortController();
const UID = '11111111-2222-3333-4444-555555555555';

let fixture: KubeletFixture;
let volumes: PodVolumes;
let end: AbortController;
let clock: VirtualClock;

beforeEach(async () => {
  clock = new VirtualClock();
  fixture = await kubeletFixture({ clock });
  end = new AbortController();
  volumes = createPodVolumes(fixture.parts, end.signal);
});

afterEach(async () => {
  await volumes.teardown(UID, signal);
  end.abort();
  await fixture.close();
});

const configMap = (name: string, data: Record<string, string>): KubeObject & { data: object } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'ns' },
  data,
});

function podWith(list: readonly object[], more: { securityContext?: object; mounts?: readonly object[]; labels?: object } = {}): Pod {
  const { securityContext, mounts = [], labels = {} } = more;
  return podOf({
    metadata: { name: 'web', namespace: 'ns', uid: UID, labels },
    spec: {
      containers: [{ name: 'main', image: 'box', volumeMounts: mounts }],
      volumes: list,
      ...(securityContext && { securityContext }),
    },
  });
}

const at = (plugin: string, name: string): string => `${fixture.scope.folders.kubelet}/pods/${UID}/volumes/kubernetes.io~${plugin}/${name}`;
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (await condition()) return;
    await clock.settle();
  }
  assert.fail(`waited in vain for ${what}`);
}

test('an emptyDir is open to all, given to fsGroup, keeps its content and goes with the Pod', async () => {
  const pod = podWith([{ name: 'scratch', emptyDir: {} }]);
  await volumes.prepare(pod, signal);
  const folder = at('empty-dir', 'scratch');
  assert.equal(await modeOf(folder), '777');
  await writeFile(`${folder}/kept`, 'x');
  await createPodVolumes(fixture.parts, end.signal).prepare(pod, signal);
  assert.equal(await readFile(`${folder}/kept`, 'utf8'), 'x');
  await volumes.teardown(UID, signal);
  assert.deepEqual(await readdir(`${fixture.scope.folders.kubelet}/pods/${UID}`), []);
});

test('an emptyDir in memory is a tmpfs of the right size', async () => {
  const pod = podWith([{ name: 'fast', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }], { securityContext: { fsGroup: 4321 } });
  await volumes.prepare(pod, signal);
  await volumes.prepare(pod, signal);
  const folder = at('empty-dir', 'fast');
  assert.deepEqual(await mountsBelow(fixture.scope, folder), [folder]);
  const { gid, mode } = await stat(folder);
  assert.equal(gid, 4321);
  assert.equal((mode & 0o2777).toString(8), '2777');
  const { stdout } = await fixture.scope.run(['df', '--output=size', '-B1', folder], { signal });
  assert.match(stdout, /\b1048576\b/);
  await volumes.teardown(UID, signal);
  assert.deepEqual(await mountsBelow(fixture.scope, folder), []);
});

test('a ConfigMap becomes files by links, with modes and fsGroup, and follows its object', async () => {
  fixture.api.put(configMap('settings', { a: '1', b: '2' }));
  const items = [
    { key: 'a', path: 'dir/a' },
    { key: 'b', path: 'b', mode: 0o400 },
  ];
  const pod = podWith([{ name: 'conf', configMap: { name: 'settings', items } }], { securityContext: { fsGroup: 77 } });
  await volumes.prepare(pod, signal);
  const folder = at('configmap', 'conf');
  assert.equal(await readFile(`${folder}/dir/a`, 'utf8'), '1');
  assert.equal(await readlink(`${folder}/dir`), '..data/dir');
  assert.match(await readlink(`${folder}/..data`), /^\.\.2026_01_01_00_00_00\.\w+$/);
  assert.equal(await modeOf(`${folder}/dir/a`), '644');
  assert.equal(await modeOf(`${folder}/b`), '440');
  assert.equal((await stat(`${folder}/b`)).gid, 77);
  assert.equal(await modeOf(`${folder}/dir`), '2755');
  const before = await readlink(`${folder}/..data`);

  fixture.api.put(configMap('settings', { a: 'new', b: '2' }));
  await until(async () => (await readFile(`${folder}/dir/a`, 'utf8')) === 'new', 'the change');
  assert.notEqual(await readlink(`${folder}/..data`), before);
  const dated = async (): Promise<string> => (await readdir(folder)).filter((name) => name.startsWith('..2')).join();
  await until(async () => (await dated()) === (await readlink(`${folder}/..data`)), 'the old folder to go');

  // A change that does not concern the volume writes nothing.
  const kept = await readlink(`${folder}/..data`);
  fixture.api.put(configMap('settings', { a: 'new', b: '2', c: '3' }));
  await clock.settle();
  assert.equal(await readlink(`${folder}/..data`), kept);
});

test('keys that go lose their links; an optional object may be missing, come and go', async () => {
  const pod = podWith([{ name: 'conf', configMap: { name: 'late', optional: true } }]);
  await volumes.prepare(pod, signal);
  const folder = at('configmap', 'conf');
  assert.deepEqual(
    (await readdir(folder)).filter((name) => !name.startsWith('..')),
    [],
  );
  fixture.api.put(configMap('late', { x: '1', y: '2' }));
  const shown = async (): Promise<string> => (await readdir(folder)).filter((name) => !name.startsWith('..')).join();
  await until(async () => (await shown()) === 'x,y', 'both files');
  fixture.api.put(configMap('late', { y: '2' }));
  await until(async () => (await shown()) === 'y', 'one file');
  fixture.api.remove('ConfigMap', 'ns', 'late');
  await until(async () => (await shown()) === '', 'no file');
  await volumes.teardown(UID, signal);
  await clock.settle();
  assert.equal(fixture.api.watching, 0);
});

test('what is missing is named as upstream names it, and the rest is made all the same', async () => {
  fixture.api.put(configMap('there', { a: '1' }));
  const pod = podWith([
    { name: 'one', configMap: { name: 'none' } },
    { name: 'two', emptyDir: {} },
  ]);
  await assert.rejects(volumes.prepare(pod, signal), { message: 'MountVolume.SetUp failed for volume "one" : configmap "none" not found' });
  assert.ok((await stat(at('empty-dir', 'two'))).isDirectory());
  await volumes.teardown(UID, signal);
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ secret: { secretName: 'gone' } }, /: secret "gone" not found$/],
    [{ configMap: { name: 'there', items: [{ key: 'z', path: 'z' }] } }, /: configmap references non-existent config key: z$/],
    [{ hostPath: { path: `${fixture.folder}/none`, type: 'Directory' } }, /: hostPath type check failed: .*\/none is not a directory$/],
    [{ nfs: { server: 's', path: '/' } }, /: volumes of type nfs are not supported by this node$/],
  ];
  for (const [source, message] of cases) {
    await assert.rejects(volumes.prepare(podWith([{ name: 'v', ...source }]), signal), message);
    await volumes.teardown(UID, signal);
  }
});

test('a projected volume joins its sources; labels follow the Pod; tokens are renewed at four fifths of their life', async () => {
  fixture.api.put(configMap('ca', { 'ca.crt': 'CERT' }));
  let issued = 0;
  fixture.api.answer = ({ body, kind, name, subresource }) => {
    assert.equal(`${kind.kind}/${name}/${subresource}`, 'ServiceAccount/default/token');
    assert.ok(body);
    const { spec } = body.object as TokenRequest;
    assert.equal(spec.boundObjectRef?.uid, UID);
    issued++;
    return {
      spec,
      status: { token: `token-${issued}`, expirationTimestamp: printTime(clock.now() + Number(spec.expirationSeconds) * 1000) },
    };
  };
  const sources = [
    { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
    { configMap: { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [
          { path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } },
          { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
          { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' } },
        ],
      },
    },
  ];
  const list = [{ name: 'api', projected: { sources } }];
  await volumes.prepare(podWith(list, { labels: { b: 'two', a: 'on"e' } }), signal);
  const folder = at('projected', 'api');
  const read = (name: string): Promise<string> => readFile(`${folder}/${name}`, 'utf8');
  assert.deepEqual(await Promise.all(['token', 'ca.crt', 'namespace', 'labels', 'cpu'].map(read)), [
    'token-1',
    'CERT',
    'ns',
    'a="on\\"e"\nb="two"',
    '0',
  ]);
  volumes.changed(podWith(list, { labels: { a: 'changed' } }));
  await until(async () => (await read('labels')) === 'a="changed"', 'the label');
  assert.equal(issued, 1);
  await clock.advance(3600_000 * 0.81);
  await until(async () => (await read('token')) === 'token-2', 'the renewal');
  assert.equal(renewalTime(10_000_000, 1_000_000, 0), 9_800_000);
  assert.equal(renewalTime(1e12, 1e11, 0), 1e12 - 1e11 + 24 * 3_600_000);
});

test('after a restart a running Pod is taken up at its next sign of life, but nothing is made for one that was never prepared', async () => {
  fixture.api.put(configMap('settings', { a: '1' }));
  const pod = podWith([{ name: 'conf', configMap: { name: 'settings' } }]);
  volumes.changed(pod);
  await clock.settle();
  assert.equal(fixture.api.watching, 0);
  await volumes.prepare(pod, signal);
  end.abort();
  await clock.settle();
  assert.equal(fixture.api.watching, 0);
  end = new AbortController();
  volumes = createPodVolumes(fixture.parts, end.signal);
  volumes.changed(pod);
  await until(() => Promise.resolve(fixture.api.watching === 1), 'the watch');
  fixture.api.put(configMap('settings', { a: '2' }));
  await until(async () => (await readFile(`${at('configmap', 'conf')}/a`, 'utf8')) === '2', 'the change');
});

test('hostPath makes what may be made, and its mounts are the path itself', async () => {
  const path = `${fixture.folder}/made/here`;
  const mounts = [{ name: 'h', mountPath: 'data', readOnly: true, mountPropagation: 'HostToContainer' }];
  const pod = podWith([{ name: 'h', hostPath: { path, type: 'DirectoryOrCreate' } }], { mounts });
  await volumes.prepare(pod, signal);
  assert.equal(await modeOf(path), '755');
  const [container] = pod.spec.containers;
  assert.ok(container);
  assert.deepEqual(await volumes.mounts(pod, container, [], signal), {
    ok: true,
    value: [{ containerPath: '/data', hostPath: path, readonly: true, propagation: 'PROPAGATION_HOST_TO_CONTAINER' }],
  });
});

test('subPaths are made in the volume and never lead out of it', async () => {
  const mounts = [
    { name: 'v', mountPath: '/a', subPathExpr: 'of/$(WHO)' },
    { name: 'v', mountPath: '/b', subPath: 'file' },
  ];
  const list = [{ name: 'v', emptyDir: {} }];
  const pod = podWith(list, { mounts });
  await volumes.prepare(pod, signal);
  const folder = at('empty-dir', 'v');
  await writeFile(`${folder}/file`, 'part');
  const [container] = pod.spec.containers;
  assert.ok(container);
  const environment = [{ name: 'WHO', value: 'me' }];
  const first = await volumes.mounts(pod, container, environment, signal);
  assert.deepEqual(await volumes.mounts(pod, container, environment, signal), first);
  assert.ok(first.ok);
  const [one, two] = first.value.map(({ hostPath = '' }) => hostPath);
  assert.equal(one, `${fixture.scope.folders.kubelet}/pods/${UID}/volume-subpaths/v/main/0`);
  assert.equal(await modeOf(`${folder}/of/me`), '777');
  await writeFile(`${folder}/of/me/seen`, '');
  assert.deepEqual(await readdir(one ?? ''), ['seen']);
  assert.equal(await readFile(two ?? '', 'utf8'), 'part');
  assert.equal((await mountsBelow(fixture.scope, fixture.folder)).length, 2);

  await mkdir(`${fixture.folder}/outside`);
  await symlink(`${fixture.folder}/outside`, `${folder}/absolute`);
  await symlink('../../../../..', `${folder}/relative`);
  await symlink('of', `${folder}/inward`);
  const refusal = async (subPath: object): Promise<string> => {
    const other = podWith(list, { mounts: [{ name: 'v', mountPath: '/a', ...subPath }] });
    const [only] = other.spec.containers;
    assert.ok(only);
    const answer = await volumes.mounts(other, only, environment, signal);
    return answer.ok ? 'mounted' : answer.message;
  };
  const failed = 'failed to prepare subPath for volumeMount "v" of container "main"';
  assert.equal(await refusal({ subPath: 'absolute' }), failed);
  assert.equal(await refusal({ subPath: 'absolute/new' }), failed);
  assert.equal(await refusal({ subPath: 'relative' }), failed);
  assert.equal(await refusal({ subPath: 'relative/etc/passwd' }), failed);
  assert.equal(await refusal({ subPath: 'inward/me' }), 'mounted');
  assert.equal(await refusal({ subPathExpr: '/$(WHO)' }), 'error SubPath `/me` must not be an absolute path');
  assert.equal(await refusal({ subPathExpr: '$(NONE)' }), 'missing value for "NONE"');
  assert.deepEqual(await readdir(`${fixture.folder}/outside`), []);
  assert.ok((await lstat(`${folder}/absolute`)).isSymbolicLink());
  await volumes.teardown(UID, signal);
  assert.deepEqual(await mountsBelow(fixture.scope, fixture.folder), []);
});
