// A container's volumeMounts as the runtime wants them.

import type { VolumeMount } from '../../../api/core/v1/container.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Volume } from '../../../api/core/v1/volume.ts';
import type { MountInput, MountPropagation } from '../../runtime/index.ts';
import { expandStrictly } from '../environment/expansion.ts';
import type { AnyContainer, Configured, KubeletParts, Variable } from '../seams.ts';
import { mountSubPath, subPathProblem } from './sub-path.ts';
import { subPathMount, volumeFolder } from './volume-folders.ts';
import type { FolderPlugin } from './volume-folders.ts';

const PROPAGATION: Readonly<Record<string, MountPropagation>> = {
  None: 'PROPAGATION_PRIVATE',
  HostToContainer: 'PROPAGATION_HOST_TO_CONTAINER',
  Bidirectional: 'PROPAGATION_BIDIRECTIONAL',
};

/** The plugin that makes the volume's folder; undefined for hostPath and for what is not supported. */
export function folderPlugin(volume: Volume): FolderPlugin | undefined {
  for (const plugin of ['emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI'] as const satisfies readonly FolderPlugin[]) {
    if (volume[plugin] !== undefined) return plugin;
  }
  return undefined;
}

/** Where the volume's content is on the node. */
export function volumePath(kubelet: string, podUid: string, volume: Volume): string | undefined {
  if (volume.hostPath !== undefined) return volume.hostPath.path;
  const plugin = folderPlugin(volume);
  return plugin && volumeFolder(kubelet, podUid, plugin, volume.name);
}

const refused = (message: string): Configured<never> => ({ ok: false, reason: 'CreateContainerConfigError', message });

/** All mounts of a container, its subPaths resolved. */
export async function containerMounts(
  parts: KubeletParts,
  pod: Pod,
  container: AnyContainer,
  environment: readonly Variable[],
  signal: AbortSignal,
): Promise<Configured<readonly MountInput[]>> {
  const mounts: MountInput[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const volume = (pod.spec.volumes ?? []).find(({ name }) => name === mount.name);
    const path = volume && volumePath(parts.scope.folders.kubelet, pod.metadata.uid ?? '', volume);
    if (volume === undefined || path === undefined)
      return refused(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    const recursive = mount.recursiveReadOnly ?? 'Disabled';
    if (recursive === 'Enabled') {
      const why = `volume "${mount.name}" requested recursive read-only mode, but it is not supported by the runtime`;
      return refused(`failed to resolve recursive read-only mode: ${why}`);
    }
    const source = await mountSource(parts, pod, container, { mount, index, path }, environment, signal);
    if (!source.ok) return source;
    mounts.push({
      containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
      hostPath: source.value,
      readonly: mount.readOnly === true || isManaged(volume),
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'PROPAGATION_PRIVATE',
    });
  }
  return { ok: true, value: mounts };
}

/** Whether the kubelet alone writes the volume's files. */
const isManaged = ({ configMap, secret, projected, downwardAPI }: Volume): boolean =>
  (configMap ?? secret ?? projected ?? downwardAPI) !== undefined;

async function mountSource(
  { scope, logger }: KubeletParts,
  pod: Pod,
  container: AnyContainer,
  { mount, index, path }: { mount: VolumeMount; index: number; path: string },
  environment: readonly Variable[],
  signal: AbortSignal,
): Promise<Configured<string>> {
  let { subPath = '' } = mount;
  if (mount.subPathExpr !== undefined && mount.subPathExpr !== '') {
    const expanded = expandStrictly(mount.subPathExpr, environment);
    if (!expanded.ok) return refused(`missing value for "${expanded.missing}"`);
    subPath = expanded.value;
  }
  if (subPath === '') return { ok: true, value: path };
  const problem = subPathProblem(subPath);
  if (problem !== undefined) return refused(problem);
  const target = subPathMount(scope.folders.kubelet, pod.metadata.uid ?? '', mount.name, container.name, index);
  const mounted = await mountSubPath(scope, path, subPath, target, signal);
  if (mounted.ok) return { ok: true, value: target };
  logger.warn('a subPath could not be mounted', {
    pod: pod.metadata.name,
    container: container.name,
    volume: mount.name,
    detail: mounted.detail,
  });
  return refused(`failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`);
}
