// Where volumes lie on the node: upstream's folders, so that its tools and habits work.

/** `kubernetes.io~empty-dir` and the like; undefined for what has no folder of its own or is not supported. */
export const PLUGINS = {
  emptyDir: 'kubernetes.io~empty-dir',
  configMap: 'kubernetes.io~configmap',
  secret: 'kubernetes.io~secret',
  projected: 'kubernetes.io~projected',
  downwardAPI: 'kubernetes.io~downward-api',
} as const;

export type FolderPlugin = keyof typeof PLUGINS;

/** All that belongs to a Pod. */
export const podFolder = (kubelet: string, uid: string): string => `${kubelet}/pods/${uid}`;

/** One volume. */
export const volumeFolder = (kubelet: string, uid: string, plugin: FolderPlugin, volume: string): string =>
  `${podFolder(kubelet, uid)}/volumes/${PLUGINS[plugin]}/${volume}`;

/** Says by its being there that the volume was made completely. */
export const readyMark = (kubelet: string, uid: string, volume: string): string =>
  `${podFolder(kubelet, uid)}/plugins/${PLUGINS.emptyDir}/${volume}/ready`;

/** Where one subPath of a volume is mounted for a container. */
export const subPathMount = (kubelet: string, uid: string, volume: string, container: string, index: number): string =>
  `${podFolder(kubelet, uid)}/volume-subpaths/${volume}/${container}/${index}`;
