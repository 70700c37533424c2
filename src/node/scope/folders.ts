// A node's folders: where each lies in the node, and under the data folder of Tyke.

/** Paths as programs in the node see them. */
export interface NodeFolders {
  /** This node's own folder; the same path inside and outside the node. */
  readonly data: string;
  readonly kubelet: string;
  readonly podLogs: string;
  readonly containerLogs: string;
  readonly containerdRoot: string;
  readonly containerdState: string;
  readonly cniConfig: string;
  readonly cniState: string;
  /** containerd's per-registry configuration (`certs.d`). */
  readonly registries: string;
  /** Logs of the node's daemons. */
  readonly logs: string;
}

/** One folder of the node that is bind-mounted over a well-known path. */
export interface FolderBinding {
  readonly source: string;
  readonly target: string;
}

/** Where the folder of a node lies. */
export function nodeFolder(dataDir: string, node: string): string {
  return `${dataDir}/nodes/${node}`;
}

/** Folders of a node that has a mount namespace: well-known paths where Pods and plugins expect them. */
export function scopedFolders(data: string): NodeFolders {
  return {
    data,
    kubelet: '/var/lib/kubelet',
    podLogs: '/var/log/pods',
    containerLogs: '/var/log/containers',
    containerdRoot: `${data}/containerd`,
    containerdState: '/run/containerd',
    cniConfig: `${data}/cni`,
    cniState: `${data}/cni-state`,
    registries: `${data}/registries`,
    logs: `${data}/logs`,
  };
}

/** Folders of a machine that is itself the node. */
export function machineFolders(data: string): NodeFolders {
  return { ...scopedFolders(data), containerdState: `${data}/run` };
}

/** What is bind-mounted in a node's mount namespace. */
export function folderBindings(data: string): readonly FolderBinding[] {
  return [
    { source: `${data}/kubelet`, target: '/var/lib/kubelet' },
    { source: `${data}/pod-logs`, target: '/var/log/pods' },
    { source: `${data}/container-logs`, target: '/var/log/containers' },
    { source: `${data}/run`, target: '/run/containerd' },
    // libcni keeps its results here, and containerd has no setting for it.
    { source: `${data}/cni-cache`, target: '/var/lib/cni' },
  ];
}

/** The bindings as lines for `mount --all --fstab`. */
export function fstab(bindings: readonly FolderBinding[]): string {
  const escape = (path: string): string => path.replace(/[\s\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return bindings.map(({ source, target }) => `${escape(source)} ${escape(target)} none bind,rshared 0 0\n`).join('');
}
