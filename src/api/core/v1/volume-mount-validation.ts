// Checks of where a container sees its volumes: mounts and raw devices.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, notFound, notSupported, required } from '../../../machinery/problem.ts';
import { supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Container, VolumeDevice, VolumeMount } from './container.ts';
import { descendingPath } from './relative-path.ts';
import type { Volume } from './volume.ts';

/** What the checks of mounts must know of the container. */
export type MountingContainer = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>;
type Volumes = ReadonlyMap<string, Volume>;

/** Checks the mounts of a container against the volumes of its Pod. */
export function* validateVolumeMounts(container: MountingContainer, volumes: Volumes, at: FieldPath): Problems {
  const devices = new Map((container.volumeDevices ?? []).map(({ name, devicePath }) => [name, devicePath]));
  const devicePaths = new Set(devices.values());
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const { name, mountPath } = mount;
    const here = at.index(index);
    if (name === '') yield required(here.child('name'));
    if (!volumes.has(name)) yield notFound(here.child('name'), name);
    if (mountPath === '') yield required(here.child('mountPath'));
    if (paths.has(mountPath)) yield invalid(here.child('mountPath'), mountPath, 'must be unique');
    paths.add(mountPath);
    if (devices.has(name)) yield invalid(here.child('name'), name, 'must not already exist in volumeDevices');
    if (devicePaths.has(mountPath)) yield invalid(here.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices');
    yield* validateSubPaths(mount, at, here);
    yield* validatePropagation(mount, container, at.child('mountPropagation'));
    yield* validateRecursiveReadOnly(mount, at.child('recursiveReadOnly'));
  }
}

// Upstream reports sub-paths below the list and not below the item.
function* validateSubPaths({ subPath = '', subPathExpr = '' }: VolumeMount, list: FieldPath, item: FieldPath): Problems {
  if (subPath !== '') yield* descendingPath(list.child('subPath'), subPath);
  if (subPathExpr === '') return;
  if (subPath !== '') yield invalid(item.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  yield* descendingPath(list.child('subPathExpr'), subPathExpr);
}

function* validatePropagation(mount: VolumeMount, { securityContext }: MountingContainer, at: FieldPath): Problems {
  const { mountPropagation } = mount;
  yield* supported(at, mountPropagation, ['Bidirectional', 'HostToContainer', 'None']);
  if (mountPropagation === 'Bidirectional' && securityContext?.privileged !== true)
    yield forbidden(at, 'Bidirectional mount propagation is available only to privileged containers');
}

function* validateRecursiveReadOnly({ recursiveReadOnly, readOnly, mountPropagation }: VolumeMount, at: FieldPath): Problems {
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return;
  if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible')
    return yield notSupported(at, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']);
  if (readOnly !== true) yield forbidden(at, 'may only be specified when readOnly is true');
  if (mountPropagation !== undefined && mountPropagation !== 'None')
    yield forbidden(at, 'may only be specified when mountPropagation is None or not specified');
}

/** Checks the raw devices of a container against the volumes of its Pod. */
export function* validateVolumeDevices(container: MountingContainer, volumes: Volumes, at: FieldPath): Problems {
  const mounts = new Map((container.volumeMounts ?? []).map(({ name, mountPath }) => [name, mountPath]));
  const mountPaths = new Set(mounts.values());
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, { name, devicePath }] of (container.volumeDevices ?? []).entries()) {
    const here = at.index(index);
    if (name === '') yield required(here.child('name'));
    if (names.has(name)) yield invalid(here.child('name'), name, 'must be unique');
    yield* validateDeviceSource({ name, devicePath }, volumes, here.child('name'));
    if (devicePath === '') yield required(here.child('devicePath'));
    if (paths.has(devicePath)) yield invalid(here.child('devicePath'), devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) yield invalid(here.child('devicePath'), devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.has(name)) yield invalid(here.child('name'), name, 'must not already exist in volumeMounts');
    if (mountPaths.has(devicePath)) yield invalid(here.child('devicePath'), devicePath, 'must not already exist as a path in volumeMounts');
    if (name !== '') names.add(name);
  }
}

function* validateDeviceSource({ name }: VolumeDevice, volumes: Volumes, at: FieldPath): Problems {
  const volume = volumes.get(name);
  if (volume === undefined) yield notFound(at, name);
  else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined)
    yield invalid(at, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
}
