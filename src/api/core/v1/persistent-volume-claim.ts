// PersistentVolumeClaim: asks for storage.

import { validatePersistentVolumeClaimSpec } from './persistent-volume-claim-validation.ts';
import { validateClaimChange, validateClaimStatus } from './persistent-volume-claim-update.ts';
import { accessModesCell, phaseCell, storageClassOf } from './volume-cells.ts';
import { roundUpToMilli } from './resource-requirements.ts';
import { ageColumn, nameColumn } from './workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { persistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
import { field, list, map, quantity, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const modifyVolumeStatus = struct('io.k8s.api.core.v1.ModifyVolumeStatus', {
  targetVolumeAttributesClassName: string({ pb: 1 }),
  status: string({ presence: 'always', pb: 2, required: 'published', enum: ['InProgress', 'Infeasible', 'Pending'], enumChecked: false }),
});
export interface ModifyVolumeStatus extends Infer<typeof modifyVolumeStatus> {}

export const persistentVolumeClaimCondition = struct('io.k8s.api.core.v1.PersistentVolumeClaimCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastProbeTime: time({ presence: 'always', pb: 3 }),
  lastTransitionTime: time({ presence: 'always', pb: 4 }),
  reason: string({ pb: 5 }),
  message: string({ pb: 6 }),
});
export interface PersistentVolumeClaimCondition extends Infer<typeof persistentVolumeClaimCondition> {}

export const persistentVolumeClaimStatus = struct('io.k8s.api.core.v1.PersistentVolumeClaimStatus', {
  phase: string({ pb: 1, enum: ['Bound', 'Lost', 'Pending'], enumChecked: false }),
  accessModes: list(string({ enum: ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'], enumChecked: false }), {
    pb: 2,
    listType: 'atomic',
  }),
  capacity: map(quantity(), { pb: 3, defaults: roundUpToMilli }),
  conditions: list(persistentVolumeClaimCondition, {
    pb: 4,
    listType: 'map',
    listMapKeys: ['type'],
    mergeKey: 'type',
    patchStrategy: ['merge'],
  }),
  allocatedResources: map(quantity(), { pb: 5, defaults: roundUpToMilli }),
  allocatedResourceStatuses: map(
    string({
      enum: [
        'ControllerResizeInProgress',
        'ControllerResizeInfeasible',
        'NodeResizeInProgress',
        'NodeResizeInfeasible',
        'NodeResizePending',
      ],
      enumChecked: false,
    }),
    { pb: 7, mapType: 'granular' },
  ),
  currentVolumeAttributesClassName: string({ presence: 'pointer', pb: 8 }),
  modifyVolumeStatus: field(modifyVolumeStatus, { presence: 'pointer', pb: 9 }),
});
export interface PersistentVolumeClaimStatus extends Infer<typeof persistentVolumeClaimStatus> {}

export const persistentVolumeClaim = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  fields: {
    spec: field(persistentVolumeClaimSpec, { presence: 'always', pb: 2 }),
    status: field(persistentVolumeClaimStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ status }) {
    status.phase ??= 'Pending';
  },
  check(next, old, at, { subresource }) {
    if (subresource === 'status') return [...validateClaimStatus(next, at)];
    const problems = [...validatePersistentVolumeClaimSpec(next.spec, at.child('spec'))];
    return old === undefined ? problems : [...problems, ...validateClaimChange(next, old, at)];
  },
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', value: (claim) => phaseCell(claim, claim.status.phase) },
    { name: 'Volume', type: 'string', value: ({ spec }) => spec.volumeName ?? '' },
    {
      name: 'Capacity',
      type: 'string',
      value: ({ spec, status }) => ((spec.volumeName ?? '') === '' ? '' : (status.capacity?.['storage'] ?? '0')),
    },
    {
      name: 'Access Modes',
      type: 'string',
      value: ({ spec, status }) => ((spec.volumeName ?? '') === '' ? '' : accessModesCell(status.accessModes)),
    },
    { name: 'StorageClass', type: 'string', value: (claim) => storageClassOf(claim, claim.spec.storageClassName) },
    { name: 'VolumeAttributesClass', type: 'string', value: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
    ageColumn,
    { name: 'VolumeMode', type: 'string', priority: 1, value: ({ spec }) => spec.volumeMode ?? '<unset>' },
  ],
});
export interface PersistentVolumeClaim extends Infer<typeof persistentVolumeClaim> {}
