// Volumes for a kubelet that was given no others: emptyDir on the node's disk and hostPath.

import { chmod, mkdir, rm } from 'node:fs/promises';

import type { Pod } from '../../api/core/v1/pod.ts';
import type { MountInput } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { podFolder, podUid } from './pod-names.ts';
import type { PodVolumes } from './seams.ts';

/** The simplest volumes there are. */
export function builtinVolumes(scope: Pick<NodeScope, 'hostPath' | 'folders'>): PodVolumes {
  const pathOf = (pod: Pod, name: string): string | undefined => {
    const volume = (pod.spec.volumes ?? []).find((each) => each.name === name);
    if (volume?.hostPath !== undefined) return volume.hostPath.path;
    return volume?.emptyDir === undefined ? undefined : `${podFolder(scope.folders.kubelet, podUid(pod))}/volumes/kubernetes.io~empty-dir/${name}`;
  };
  return {
    async prepare(pod) {
      for (const { name, emptyDir } of pod.spec.volumes ?? []) {
        const path = pathOf(pod, name);
        if (emptyDir === undefined || path === undefined) continue;
        await mkdir(scope.hostPath(path), { recursive: true });
        await chmod(scope.hostPath(path), 0o777);
      }
    },
    changed() {},
    async mounts(pod, container) {
      const mounts: MountInput[] = [];
      for (const { name, mountPath, readOnly, subPath = '' } of container.volumeMounts ?? []) {
        const path = pathOf(pod, name);
        if (path === undefined) return { ok: false, reason: 'CreateContainerConfigError', message: `volume "${name}" is of an unsupported type` };
        mounts.push({ containerPath: mountPath, hostPath: subPath === '' ? path : `${path}/${subPath}`, readonly: readOnly === true });
      }
      return { ok: true, value: mounts };
    },
    async teardown(uid) {
      await rm(scope.hostPath(`${podFolder(scope.folders.kubelet, uid)}/volumes`), { recursive: true, force: true });
    },
  };
}
