// The user's kubeconfig file: a context is put in at start and taken out at delete; everything else in it stays.

import { chown, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse, stringify } from 'yaml';
import { kubeconfigFor, mergeKubeconfig, removeFromKubeconfig } from '../../client/kubeconfig.ts';
import type { ConnectionSettings, Kubeconfig } from '../../client/kubeconfig.ts';

async function read(file: string): Promise<Kubeconfig | undefined> {
  try {
    return (parse(await readFile(file, 'utf8')) as Kubeconfig | null) ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} is not a kubeconfig that can be read`, { cause: error });
  }
}

/** The file that a path means: links lead to it, and stay links. */
async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path;
    throw error;
  }
}

/** Whole or not at all; the owner of an existing file stays its owner. Keys are in it, so nobody else may ever read it. */
async function write(path: string, config: Kubeconfig): Promise<void> {
  const file = await realFile(path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.new`;
  // Made anew: what an interrupted write, or somebody else, has left there is neither followed nor its mode kept.
  await rm(partial, { force: true });
  await writeFile(partial, stringify(config), { mode: 0o600, flag: 'wx' });
  try {
    const { uid, gid } = await stat(file);
    await chown(partial, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await rename(partial, file);
}

/** Puts the context `name` in and makes it the current one. */
export async function writeContext(file: string, name: string, settings: ConnectionSettings): Promise<void> {
  await write(file, mergeKubeconfig((await read(file)) ?? {}, kubeconfigFor(name, settings)));
}

/** Takes the context `name` out, with its cluster and user. */
export async function removeContext(file: string, name: string): Promise<void> {
  const config = await read(file);
  if (config !== undefined) await write(file, removeFromKubeconfig(config, name));
}
