// Control groups of both versions: where they are mounted, and a group's making, processes and end in all hierarchies at once.
//
// G1. A group is named by one path that is the same in every hierarchy.
// G2. On v1 a group's cpuset is filled from its parent's, for no process may enter an empty one; on v2 a group's parents hand down
//     every controller they have.

import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';

import type { Clock } from '../../base/clock.ts';
import { errorCode, readOrUndefined, sendSignal } from './process.ts';

export interface CgroupHierarchy {
  /** Empty for a hierarchy that only names groups. */
  readonly controllers: readonly string[];
  readonly mount: string;
}

export interface CgroupLayout {
  /** 2 only where v2 is alone; the hybrid layout is v1 with a controllerless v2 hierarchy beside it. */
  readonly version: 1 | 2;
  readonly hierarchies: readonly CgroupHierarchy[];
  /** Where the hybrid layout mounts v2. */
  readonly unified?: string;
}

const V1_CONTROLLERS = new Set([
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'net_cls',
  'net_prio',
  'perf_event',
  'hugetlb',
  'rdma',
  'misc',
]);
const V2_CONTROLLERS = ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb'];

/** Reads the layout off /proc/self/mountinfo. */
export function parseCgroupLayout(mountinfo: string): CgroupLayout {
  const v1 = new Map<string, CgroupHierarchy>();
  let unified: string | undefined;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const mount = before.split(' ')[4] ?? '';
    const [type, , superOptions = ''] = after.split(' ');
    if (type === 'cgroup') {
      const options = superOptions.split(',');
      const controllers = options.filter((option) => V1_CONTROLLERS.has(option));
      const key = controllers.join(',') || (options.find((option) => option.startsWith('name=')) ?? mount);
      if (!v1.has(key)) v1.set(key, { controllers, mount });
    } else if (type === 'cgroup2') unified ??= mount;
  }
  if (v1.size === 0) return { version: 2, hierarchies: [{ controllers: V2_CONTROLLERS, mount: unified ?? '/sys/fs/cgroup' }] };
  const hierarchies = [...v1.values()];
  if (unified === undefined) return { version: 1, hierarchies };
  return { version: 1, hierarchies: [...hierarchies, { controllers: [], mount: unified }], unified };
}

/** The layout of this machine. */
export async function readCgroupLayout(): Promise<CgroupLayout> {
  return parseCgroupLayout(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** The path of a group's file, such as `memory.max`, in the hierarchy of a controller; undefined when the machine lacks it. */
export function cgroupFile(layout: CgroupLayout, controller: string, path: string, file: string): string | undefined {
  const hierarchy = layout.hierarchies.find(({ controllers }) => controllers.includes(controller));
  return hierarchy === undefined ? undefined : `${hierarchy.mount}${path}/${file}`;
}

/** Makes a group and those above it, where they do not exist. */
export async function makeCgroup(layout: CgroupLayout, path: string): Promise<void> {
  for (const hierarchy of layout.hierarchies) await makeIn(layout, hierarchy, path);
}

async function makeIn(layout: CgroupLayout, { mount, controllers }: CgroupHierarchy, path: string): Promise<void> {
  let parent = mount;
  for (const part of path.split('/').filter((name) => name !== '')) {
    if (layout.version === 2) await handDown(parent);
    const group = `${parent}/${part}`;
    await mkdir(group, { recursive: true });
    if (layout.version === 1 && controllers.includes('cpuset')) await fillCpuset(parent, group);
    parent = group;
  }
}

async function handDown(group: string): Promise<void> {
  const available = (await readFile(`${group}/cgroup.controllers`, 'utf8')).trim().split(' ');
  const active = new Set((await readFile(`${group}/cgroup.subtree_control`, 'utf8')).trim().split(' '));
  const missing = V2_CONTROLLERS.filter((controller) => available.includes(controller) && !active.has(controller));
  if (missing.length > 0) await writeFile(`${group}/cgroup.subtree_control`, missing.map((controller) => `+${controller}`).join(' '));
}

async function fillCpuset(parent: string, group: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if ((await readFile(`${group}/${file}`, 'utf8')).trim() !== '') continue;
    await writeFile(`${group}/${file}`, await readFile(`${parent}/${file}`, 'utf8'));
  }
}

/** Moves a process into a group, in every hierarchy. */
export async function joinCgroup(layout: CgroupLayout, path: string, pid: number): Promise<void> {
  for (const { mount } of layout.hierarchies) await writeFile(`${mount}${path}/cgroup.procs`, String(pid));
}

/** The processes of a group and of all below it, in any hierarchy. */
export async function cgroupProcesses(layout: CgroupLayout, path: string): Promise<Set<number>> {
  const pids = new Set<number>();
  for (const { mount } of layout.hierarchies) {
    for (const group of await groupsBelow(`${mount}${path}`)) {
      const listed = (await readOrUndefined(`${group}/cgroup.procs`)) ?? '';
      for (const pid of listed.split('\n')) if (Number(pid) > 0) pids.add(Number(pid));
    }
  }
  return pids;
}

/** Kills every process of a group and of all below it, frozen ones too, and waits until they are gone. */
export async function killCgroup(layout: CgroupLayout, path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let round = 0; ; round++) {
    const pids = await cgroupProcesses(layout, path);
    if (pids.size === 0) return;
    if (round === 500) throw new Error(`processes ${[...pids].join(', ')} of cgroup ${path} do not end`);
    await thaw(layout, path);
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await clock.sleep(20, signal);
  }
}

async function thaw(layout: CgroupLayout, path: string): Promise<void> {
  const [file, value] = layout.version === 2 ? ['cgroup.freeze', '0'] : ['freezer.state', 'THAWED'];
  const hierarchy = layout.hierarchies.find(({ controllers }) => layout.version === 2 || controllers.includes('freezer'));
  if (hierarchy === undefined) return;
  for (const group of await groupsBelow(`${hierarchy.mount}${path}`)) await unlessGone(writeFile(`${group}/${file}`, value));
}

/** Removes a group and all below it from every hierarchy; processes must be gone. */
export async function removeCgroup(layout: CgroupLayout, path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (const { mount } of layout.hierarchies) {
    for (const group of (await groupsBelow(`${mount}${path}`)).reverse()) await removeGroup(group, clock, signal);
  }
}

async function removeGroup(group: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let round = 0; ; round++) {
    try {
      await rmdir(group);
      return;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT') return;
      // The kernel lets go of a group a moment after its last process.
      if (code !== 'EBUSY' || round === 100) throw error;
    }
    await clock.sleep(20, signal);
  }
}

/** A group and all below it, parents first. */
async function groupsBelow(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined) return [];
  const below = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => groupsBelow(`${group}/${entry.name}`)));
  return [group, ...below.flat()];
}

async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'ENODEV') throw error;
  }
}
