// Folders that must stand in a volume because other volumes are mounted over them: the runtime cannot make them where all is read-only.

import { posix } from 'node:path';

import type { Pod } from '../../../api/core/v1/pod.ts';

/** Paths inside the volume, the outermost only. */
export function nestedMountPoints({ spec }: Pod, volume: string): string[] {
  const nested = new Set<string>();
  for (const { volumeMounts = [] } of [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]) {
    const points = volumeMounts.map(({ mountPath }) => posix.normalize(mountPath).replace(/\/$/, '')).toSorted();
    for (const { name, mountPath } of volumeMounts) {
      if (name !== volume) continue;
      const own = `${posix.normalize(mountPath).replace(/\/$/, '')}/`;
      const outermost: string[] = [];
      for (const point of points) {
        if (!point.startsWith(own) || outermost.some((outer) => point.startsWith(`${outer}/`))) continue;
        outermost.push(point);
        nested.add(point.slice(own.length));
      }
    }
  }
  return [...nested].filter((path) => !path.split('/').includes('..'));
}
