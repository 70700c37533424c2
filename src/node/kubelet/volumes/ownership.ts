// A Pod's fsGroup on its volumes: the group owns everything, may use it as root may, and what is made inside folders inherits it.

import { chmod, lchown, lstat, readdir } from 'node:fs/promises';

const READ_WRITE = 0o660;
const READ_ONLY = 0o440;
const TRAVERSE = 0o110;
const SET_GROUP_ID = 0o2000;
const MODE_BITS = 0o7777;

/** The mode of an entry once its group may use it. */
export function modeForGroup(mode: number, isFolder: boolean, readOnly: boolean): number {
  return (mode & MODE_BITS) | (readOnly ? READ_ONLY : READ_WRITE) | (isFolder ? TRAVERSE | SET_GROUP_ID : 0);
}

/** Hands a tree over to a group; links themselves change owner, never what they point at. */
export async function giveToGroup(path: string, group: number, readOnly: boolean): Promise<void> {
  const entry = await lstat(path);
  await lchown(path, -1, group);
  if (entry.isSymbolicLink()) return;
  await chmod(path, modeForGroup(entry.mode, entry.isDirectory(), readOnly));
  if (entry.isDirectory()) for (const name of await readdir(path)) await giveToGroup(`${path}/${name}`, group, readOnly);
}
