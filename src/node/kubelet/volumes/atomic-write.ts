// Writes a set of files so that readers see all of the old or all of the new: a dated folder, a `..data` link that is renamed over,
// and one link for each entry that users see.
//
// W1. `..data` always names a complete folder; the rename is the only moment of change.
// W2. Nothing is written when contents are equal, so that watchers of files are not woken for nothing.
// W3. What an interrupted write left behind is removed by the next one.

import { chmod, chown, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, posix } from 'node:path';

import type { Outcome } from '../../../machinery/outcome.ts';
import { failure, success } from '../../../machinery/outcome.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { errorCode } from '../../scope/index.ts';

/** One file of a volume. */
export interface ProjectedFile {
  readonly data: Buffer;
  readonly mode: number;
  /** Its owner, where it is not root. */
  readonly user?: number;
}

/** Files by path inside the volume. */
export type Payload = ReadonlyMap<string, ProjectedFile>;

export interface AtomicWriteOptions {
  readonly nowMs: number;
  /** Makes the folder's name unique. */
  readonly suffix: string;
  /** Gives the files their group before anybody sees them. */
  setPermissions(): Promise<void>;
}

const DATA = '..data';
const NEW_DATA = '..data_tmp';
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;

function pathProblem(path: string): string | undefined {
  if (path === '') return 'invalid path: must not be empty: ""';
  if (path.startsWith('/')) return `invalid path: must be relative path: ${path}`;
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `invalid path: must be less than or equal to ${MAX_PATH_BYTES} characters`;
  const steps = path.split('/');
  if (steps.includes('..')) return `invalid path: must not contain '..': ${path}`;
  if (steps.some((step) => Buffer.byteLength(step) > MAX_NAME_BYTES)) {
    return `invalid path: filenames must be less than or equal to ${MAX_NAME_BYTES} characters`;
  }
  return path.startsWith('..') ? `invalid path: must not start with '..': ${path}` : undefined;
}

/** The payload with paths in their shortest form; says which path cannot be written. */
export function cleanPayload(payload: Payload): Outcome<Payload> {
  const clean = new Map<string, ProjectedFile>();
  for (const [path, file] of payload) {
    const problem = pathProblem(path);
    if (problem !== undefined) return failure(problem);
    clean.set(posix.normalize(path), file);
  }
  return success(clean);
}

/** Brings the files of `directory` (as this process reaches it) to `payload`, whose paths are clean; says whether anything had to be written. */
export async function writeAtomically(directory: string, payload: Payload, options: AtomicWriteOptions): Promise<boolean> {
  const current = await linkTarget(`${directory}/${DATA}`);
  const changed = current === undefined || !(await holds(`${directory}/${current}`, payload));
  let kept = current;
  if (changed) {
    kept = `..${printTime(options.nowMs).replace('Z', '').replaceAll(/[-T:]/g, '_')}.${options.suffix}`;
    await mkdir(`${directory}/${kept}`, { mode: 0o755 });
    await chmod(`${directory}/${kept}`, 0o755);
    for (const [path, file] of payload) await put(`${directory}/${kept}/${path}`, file);
    await options.setPermissions();
    await rm(`${directory}/${NEW_DATA}`, { force: true });
    await symlink(kept, `${directory}/${NEW_DATA}`);
    // W1
    await rename(`${directory}/${NEW_DATA}`, `${directory}/${DATA}`);
  }
  await tidy(directory, kept ?? '', new Set([...payload.keys()].map((path) => path.split('/')[0] ?? '')));
  return changed;
}

async function put(path: string, { data, mode, user }: ProjectedFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, data, { mode });
  // The mask of this process must not weaken what was asked for.
  await chmod(path, mode);
  if (user !== undefined) await chown(path, user, -1);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the folder holds these files with these contents and nothing else. */
async function holds(folder: string, payload: Payload): Promise<boolean> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    if (entries.filter((entry) => !entry.isDirectory()).length !== payload.size) return false;
    for (const [path, { data }] of payload) if (!(await readFile(`${folder}/${path}`)).equals(data)) return false;
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/** Links for what is new, none for what is gone, and no other dated folder. W3. */
async function tidy(directory: string, kept: string, shown: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = `${directory}/${name}`;
    if (name === DATA || name === kept) continue;
    if (name.startsWith('..')) await rm(path, { recursive: true, force: true });
    // Mount points of nested volumes are folders, and stay.
    else if (!shown.has(name) && (await lstat(path)).isSymbolicLink()) await rm(path);
  }
  for (const name of shown) {
    try {
      await symlink(`${DATA}/${name}`, `${directory}/${name}`);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
