// Cgroup layouts as machines mount them, and groups made in a folder that stands for a hierarchy.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { cgroupFile, makeCgroup, parseCgroupLayout } from './cgroup.ts';

const V1 = `25 1 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
26 25 0:23 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
27 25 0:24 / /sys/fs/cgroup/cpuset rw shared:9 - cgroup cgroup rw,cpuset
28 25 0:25 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
`;

test('a machine with v1 hierarchies only', () => {
  const layout = parseCgroupLayout(V1);
  assert.deepEqual(layout, {
    version: 1,
    hierarchies: [
      { controllers: ['cpu', 'cpuacct'], mount: '/sys/fs/cgroup/cpu,cpuacct' },
      { controllers: ['cpuset'], mount: '/sys/fs/cgroup/cpuset' },
      { controllers: [], mount: '/sys/fs/cgroup/systemd' },
    ],
  });
  assert.equal(cgroupFile(layout, 'cpuacct', '/a/b', 'cpuacct.usage'), '/sys/fs/cgroup/cpu,cpuacct/a/b/cpuacct.usage');
  assert.equal(cgroupFile(layout, 'memory', '/a', 'memory.limit_in_bytes'), undefined);
});

test('the hybrid layout is v1 with a hierarchy that only names groups', () => {
  const layout = parseCgroupLayout(`${V1}29 25 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`);
  assert.equal(layout.version, 1);
  assert.equal(layout.unified, '/sys/fs/cgroup/unified');
  assert.deepEqual(layout.hierarchies.at(-1), { controllers: [], mount: '/sys/fs/cgroup/unified' });
});

test('a machine with v2 alone', () => {
  const layout = parseCgroupLayout('30 1 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n');
  assert.equal(layout.version, 2);
  assert.equal(cgroupFile(layout, 'memory', '/a', 'memory.max'), '/sys/fs/cgroup/a/memory.max');
});

test('on v2 every parent hands its controllers down', async (t) => {
  const mount = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mount, { recursive: true }));
  for (const group of ['', '/a']) {
    await mkdir(`${mount}${group}`, { recursive: true });
    await writeFile(`${mount}${group}/cgroup.controllers`, 'cpu io memory pids misc\n');
    await writeFile(`${mount}${group}/cgroup.subtree_control`, group === '' ? 'cpu\n' : '\n');
  }
  await makeCgroup({ version: 2, hierarchies: [{ controllers: [], mount }] }, '/a/b');
  assert.equal(await readFile(`${mount}/cgroup.subtree_control`, 'utf8'), '+io +memory +pids');
  assert.equal(await readFile(`${mount}/a/cgroup.subtree_control`, 'utf8'), '+cpu +io +memory +pids');
});

test('on v1 an empty cpuset is filled from its parent', async (t) => {
  const mount = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mount, { recursive: true }));
  await mkdir(`${mount}/a/b`, { recursive: true });
  for (const [group, cpus] of [
    ['', '0-3'],
    ['/a', '0-1'],
    ['/a/b', ''],
  ] as const) {
    await writeFile(`${mount}${group}/cpuset.cpus`, `${cpus}\n`);
    await writeFile(`${mount}${group}/cpuset.mems`, cpus === '' ? '\n' : '0\n');
  }
  await makeCgroup({ version: 1, hierarchies: [{ controllers: ['cpuset'], mount }] }, '/a/b');
  assert.equal(await readFile(`${mount}/a/cpuset.cpus`, 'utf8'), '0-1\n');
  assert.equal(await readFile(`${mount}/a/b/cpuset.cpus`, 'utf8'), '0-1\n');
  assert.equal(await readFile(`${mount}/a/b/cpuset.mems`, 'utf8'), '0\n');
});
