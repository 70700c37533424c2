// The folder in which a cluster keeps its data: what of it is ours, and the removal of exactly that.
//
// F1. Only entries that Tyke makes are ever removed; a folder in which anything else lies stays, with all of that.
// F2. A folder becomes a cluster's only when it was empty, so that no other program's files come to lie among ours.

import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that Tyke makes in the folder, files that are being written included. */
const OURS = new Set([
  'cluster.json',
  'cluster.json.new',
  'nodes',
  'pki',
  'status.json',
  'status.json.new',
  'stopping',
  'store',
  'supervise',
  'supervisor.json',
  'supervisor.json.new',
  'tyke.log',
]);

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What lies in the folder that no cluster has put there. */
export async function foreignEntries(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder)).filter((name) => !OURS.has(name));
}

/** Removes what is ours, and the folder unless something else lies in it; says what does. */
export async function removeDataFolder(folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(folder);
  const foreign = entries.filter((name) => !OURS.has(name));
  // The record goes last: an interrupted removal can be repeated.
  const ours = entries.filter((name) => OURS.has(name)).sort((a, b) => Number(a === 'cluster.json') - Number(b === 'cluster.json'));
  for (const name of ours) await rm(join(folder, name), { recursive: true, force: true });
  if (foreign.length === 0) await rmdir(folder).catch(ignoreMissing);
  return foreign;
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
