// Where a named cluster keeps its data, and as whom commands must run.

import { resolve } from 'node:path';
import { CommandFailure } from './failure.ts';

/** Flags that every command about a cluster takes. */
export interface ClusterFlags {
  readonly name: string;
  readonly dataDir?: string;
}

export const DEFAULT_NAME = 'tyke';

/** The data folder of a cluster. */
export function dataDirOf({ name, dataDir }: ClusterFlags): string {
  return dataDir === undefined ? `/var/lib/tyke/${name}` : resolve(dataDir);
}

/** Names become parts of interface and namespace names: short, and a DNS label. */
export function checkName(name: string): void {
  if (/^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/.test(name)) return;
  throw new CommandFailure(
    'name',
    `${JSON.stringify(name)} cannot be a cluster's name`,
    'Use up to 16 lower-case letters, digits and dashes, starting with a letter.',
  );
}

/** Nodes are namespaces, mounts and containers: root's work. */
export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new CommandFailure(
    'permissions',
    'this needs root: nodes are made of namespaces, mounts and containers',
    'Run it again with sudo.',
  );
}
