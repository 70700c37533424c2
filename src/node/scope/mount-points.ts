// Well-known folders of the host over which nodes bind their own. Those that Tyke had to make carry a mark, and go with the last
// node that needs them.

import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';

import { errorCode, namespaceOf, readOrUndefined } from './process.ts';

const MARK = '.tyke-mount-point';

/** Makes sure that the folder exists, and marks it when it had to be made. */
export async function ensureMountPoint(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true });
  if (made !== undefined) await writeFile(`${path}/${MARK}`, '');
}

/** Removes a folder that Tyke made, unless another node is mounted over it or something else was put into it. */
export async function releaseMountPoint(path: string): Promise<void> {
  if (!(await exists(`${path}/${MARK}`))) return;
  // Removing a folder would take the mounts over it out of every other namespace.
  if (await mountedAnywhere(path)) return;
  try {
    const entries = await readdir(path);
    if (entries.some((entry) => entry !== MARK)) return;
    await rm(`${path}/${MARK}`, { force: true });
    await rmdir(path);
  } catch (error) {
    // Another node that goes at the same time was faster, or one that comes has made it its own.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTEMPTY') throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function mountedAnywhere(path: string): Promise<boolean> {
  const seen = new Set<string>();
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const namespace = await namespaceOf(pid, 'mnt');
    if (namespace === undefined || seen.has(namespace)) continue;
    seen.add(namespace);
    if (mountPoints((await readMounts(pid)) ?? '').includes(path)) return true;
  }
  return false;
}

async function readMounts(pid: number): Promise<string | undefined> {
  try {
    return await readOrUndefined(`/proc/${pid}/mountinfo`);
  } catch (error) {
    // A process that ends between the two reads has no mounts to ask about.
    if (errorCode(error) === 'EINVAL') return undefined;
    throw error;
  }
}

/** Where things are mounted, in the order of mounting. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path !== '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))));
}
