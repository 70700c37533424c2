// emptyDir: a folder that lives as long as its Pod, on the node's disk or in memory.

import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Node } from '../../../api/core/v1/node.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { podLimits } from '../../../api/core/v1/pod-resources.ts';
import type { EmptyDirVolumeSource } from '../../../api/core/v1/volume.ts';
import { quantityToNumber } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import { errorCode, expectSuccess } from '../../scope/index.ts';
import type { NodeScope } from '../../scope/index.ts';
import { mountPointsOf } from './mount-table.ts';
import { giveToGroup } from './ownership.ts';
import { readyMark, volumeFolder } from './volume-folders.ts';

const OPEN_TO_ALL = 0o777;

/** Makes a folder that every user of a container may write to. */
export async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, OPEN_TO_ALL);
}

/** How large a volume in memory may grow: the least of its own limit, the Pod's memory limit and what the node has; undefined when nothing limits it. */
export function memoryVolumeSize(pod: Pod, source: EmptyDirVolumeSource, node: Node | undefined): number | undefined {
  const allLimited = pod.spec.containers.every(({ resources }) => lookup(resources.limits, 'memory') !== undefined);
  const limits = [
    source.sizeLimit,
    allLimited || pod.spec.resources?.limits !== undefined ? lookup(podLimits(pod.spec), 'memory') : undefined,
    lookup(node?.status.allocatable, 'memory'),
  ];
  const sizes = limits.flatMap((limit) => (limit === undefined ? [] : [quantityToNumber(limit)])).filter((size) => size > 0);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

export interface EmptyDirOptions {
  readonly scope: NodeScope;
  readonly pod: Pod;
  readonly name: string;
  readonly source: EmptyDirVolumeSource;
  readonly node: Node | undefined;
  readonly group: number | undefined;
}

/** Makes the volume; does nothing when it was made before, so that the Pod's data survives every restart. */
export async function setUpEmptyDir({ scope, pod, name, source, node, group }: EmptyDirOptions, signal: AbortSignal): Promise<void> {
  const { uid = '' } = pod.metadata;
  const folder = volumeFolder(scope.folders.kubelet, uid, 'emptyDir', name);
  const path = scope.hostPath(folder);
  const mark = scope.hostPath(readyMark(scope.folders.kubelet, uid, name));
  const { medium = '' } = source;
  if (medium !== '' && medium !== 'Memory') throw new Error(`storage medium "${medium}" is not supported`);
  const mounted = medium === 'Memory' && (await mountPointsOf(scope)).includes(folder);
  if ((await exists(mark)) && (medium === '' ? await exists(path) : mounted)) return;
  await rm(mark, { force: true });
  await makeOpenFolder(path);
  if (medium === 'Memory' && !mounted) {
    const size = memoryVolumeSize(pod, source, node);
    const argv = ['mount', '-t', 'tmpfs', ...(size === undefined ? [] : ['-o', `size=${size}`]), 'tmpfs', folder];
    expectSuccess(argv, await scope.run(argv, { signal }));
  }
  if (group !== undefined) await giveToGroup(path, group, false);
  await mkdir(dirname(mark), { recursive: true });
  await writeFile(mark, '');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
