// The files that the kubelet itself keeps for a Pod: its folder, /etc/hosts, termination logs, and links to its logs.
//
// F1. Folders are made as the node sees them; everything here lies under `pods/<uid>` or the Pod's log folder, and goes with the Pod.

import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';

import type { Pod } from '../../api/core/v1/pod.ts';
import type { Random } from '../../base/random.ts';
import type { MountInput } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { errorCode } from '../scope/index.ts';
import { podHostname } from './config/hostname.ts';
import { hostNetworkHosts, managedHosts } from './config/hosts-file.ts';
import type { PodIdentity } from './pod-names.ts';
import { identityOf, podFolder, podLogFolder, podUid } from './pod-names.ts';
import type { AnyContainer } from './seams.ts';

interface Parts {
  readonly scope: Pick<NodeScope, 'hostPath' | 'folders'>;
  readonly random: Random;
  readonly clusterDomain: string;
}

const HOSTS = '/etc/hosts';
const LEGACY_LOG_NAME_LIMIT = 255;

/** Makes, reads and removes a Pod's files. */
export class PodFiles {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The folders that a Pod needs before its sandbox. */
  async makeFolders(pod: Pod): Promise<void> {
    const folder = podFolder(this.#folders.kubelet, podUid(pod));
    for (const part of ['', '/volumes', '/plugins', '/containers'])
      await mkdir(this.#host(folder + part), { recursive: true, mode: 0o750 });
    await mkdir(this.#host(podLogFolder(this.#folders.podLogs, identityOf(pod))), { recursive: true, mode: 0o755 });
    await mkdir(this.#host(this.#folders.containerLogs), { recursive: true, mode: 0o755 });
  }

  /** The mounts that every container gets besides its volumes. */
  async mounts(pod: Pod, container: AnyContainer, ips: readonly string[], volumes: readonly MountInput[]): Promise<readonly MountInput[]> {
    const taken = new Set(volumes.map(({ containerPath }) => containerPath));
    const mounts: MountInput[] = [];
    if (!taken.has(HOSTS)) mounts.push({ containerPath: HOSTS, hostPath: await this.#writeHosts(pod, ips) });
    const messagePath = container.terminationMessagePath ?? '';
    if (messagePath !== '' && !taken.has(messagePath)) {
      mounts.push({ containerPath: messagePath, hostPath: await this.#makeMessageFile(pod, container.name) });
    }
    return mounts;
  }

  async #writeHosts(pod: Pod, ips: readonly string[]): Promise<string> {
    const path = `${podFolder(this.#folders.kubelet, podUid(pod))}/etc-hosts`;
    const aliases = pod.spec.hostAliases ?? [];
    const text =
      pod.spec.hostNetwork === true
        ? hostNetworkHosts(await readFile(this.#host(HOSTS), 'utf8'), aliases)
        : managedHosts(ips, podHostname(pod, this.#parts.clusterDomain), aliases);
    await writeFile(this.#host(path), text, { mode: 0o644 });
    return path;
  }

  async #makeMessageFile(pod: Pod, container: string): Promise<string> {
    const folder = `${podFolder(this.#folders.kubelet, podUid(pod))}/containers/${container}`;
    await mkdir(this.#host(folder), { recursive: true, mode: 0o750 });
    const path = `${folder}/${this.#parts.random.suffix(8)}`;
    await writeFile(this.#host(path), '');
    // Whoever the container runs as must be able to write it, whatever the umask says.
    await chmod(this.#host(path), 0o666);
    return path;
  }

  /** The number of the next attempt by the logs that lie there: the runtime may have forgotten earlier ones. */
  async nextAttempt(pod: Pod, container: string): Promise<number> {
    const folder = `${podLogFolder(this.#folders.podLogs, identityOf(pod))}/${container}`;
    await mkdir(this.#host(folder), { recursive: true, mode: 0o755 });
    const attempts = (await readdir(this.#host(folder))).flatMap((name) => /^(\d+)\.log/.exec(name)?.[1] ?? []).map(Number);
    return attempts.length === 0 ? 0 : Math.max(...attempts) + 1;
  }

  /** The link under which collectors of logs look for a container. */
  async linkLog(pod: Pod, container: string, containerId: string, logPath: string): Promise<void> {
    try {
      await symlink(logPath, this.#host(this.#legacyLink(identityOf(pod), container, containerId)));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }

  /** Removes the link of a container that is removed, and the logs of its attempt. */
  async removeLog(identity: PodIdentity, container: string, containerId: string, logPath: string): Promise<void> {
    await rm(this.#host(this.#legacyLink(identity, container, containerId)), { force: true });
    const slash = logPath.lastIndexOf('/');
    const folder = this.#host(logPath.slice(0, slash));
    for (const name of await this.#namesIn(folder))
      if (name.startsWith(logPath.slice(slash + 1))) await rm(`${folder}/${name}`, { force: true });
  }

  #legacyLink({ name, namespace }: PodIdentity, container: string, containerId: string): string {
    const file = `${name}_${namespace}_${container}-${containerId}`.slice(0, LEGACY_LOG_NAME_LIMIT - 4);
    return `${this.#folders.containerLogs}/${file}.log`;
  }

  /** Removes the Pod's folder; its volumes must be gone. */
  async removeFolder(uid: string): Promise<void> {
    await rm(this.#host(podFolder(this.#folders.kubelet, uid)), { recursive: true, force: true });
  }

  async removeLogs(identity: PodIdentity): Promise<void> {
    await rm(this.#host(podLogFolder(this.#folders.podLogs, identity)), { recursive: true, force: true });
    const links = this.#host(this.#folders.containerLogs);
    const prefix = `${identity.name}_${identity.namespace}_`;
    for (const name of await this.#namesIn(links)) if (name.startsWith(prefix)) await rm(`${links}/${name}`, { force: true });
  }

  /** The Pods that have a folder. */
  async uidsOnDisk(): Promise<readonly string[]> {
    return this.#namesIn(this.#host(`${this.#folders.kubelet}/pods`));
  }

  /** The Pods that have logs. */
  async logFoldersOnDisk(): Promise<readonly PodIdentity[]> {
    const names = await this.#namesIn(this.#host(this.#folders.podLogs));
    return names.flatMap((folder) => {
      const [namespace, name, uid] = folder.split('_');
      return namespace === undefined || name === undefined || uid === undefined ? [] : [{ namespace, name, uid }];
    });
  }

  async #namesIn(hostFolder: string): Promise<readonly string[]> {
    try {
      return await readdir(hostFolder);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  get #folders(): NodeScope['folders'] {
    return this.#parts.scope.folders;
  }

  #host(nodePath: string): string {
    return this.#parts.scope.hostPath(nodePath);
  }
}
