// The user's kubeconfig file: a context is put in at start and taken out at delete; everything else in it stays.

import { chown, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
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

/** Whole or not at all; the owner of an existing file stays its owner. */
async function write(file: string, config: Kubeconfig): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.new`;
  await writeFile(partial, stringify(config), { mode: 0o600 });
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
