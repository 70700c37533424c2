// How a node reaches a registry: the files in which containerd looks up where, and how, to ask for a registry's images.

import { mkdir, writeFile } from 'node:fs/promises';

import type { NodeScope } from '../scope/index.ts';

export interface Registry {
  /** As image names begin, port included; `_default` stands for every registry without a file of its own. */
  readonly host: string;
  /** Where it is asked, such as `http://10.0.0.1:5000`; plain HTTP only where this says so. */
  readonly url: string;
  /** Believe any certificate. */
  readonly insecure?: boolean;
}

/** The text of a registry's `hosts.toml`. */
export function registryHosts({ url, insecure = false }: Registry): string {
  const server = JSON.stringify(url);
  return `server = ${server}\n\n[host.${server}]\n  capabilities = ["pull", "resolve"]\n  skip_verify = ${insecure}\n`;
}

/** Tells the node of a registry; the next pull uses it. */
export async function addRegistry(scope: NodeScope, registry: Registry): Promise<void> {
  const folder = scope.hostPath(`${scope.folders.registries}/${registry.host}`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/hosts.toml`, registryHosts(registry));
}
