// How a PersistentVolumeClaim is written: the two fields that name a data source follow each other.

import { persistentVolumeClaim } from '../../../../api/core/v1/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '../../../../api/core/v1/persistent-volume-claim.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { resource, statusOnly } from '../resource.ts';

/** Clients that know `dataSource` alone do not expect to be refused for what it names: what is no claim or snapshot is dropped. */
function dropForeignSource({ spec }: Draft<PersistentVolumeClaim>, old: PersistentVolumeClaim | undefined): void {
  const inUse = old?.spec.dataSource !== undefined || old?.spec.dataSourceRef !== undefined;
  if (inUse) return;
  // The gate CrossNamespaceVolumeDataSource is off.
  if ((spec.dataSourceRef?.namespace ?? '') !== '') delete spec.dataSourceRef;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource === undefined || dataSourceRef !== undefined) return;
  const { apiGroup = '', kind } = dataSource;
  const isClaim = kind === 'PersistentVolumeClaim' && apiGroup === '';
  const isSnapshot = kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
  if (!isClaim && !isSnapshot) delete spec.dataSource;
}

/** What each source field may name, so that old clients and new ones see the same. */
function normalizeSources({ spec }: Draft<PersistentVolumeClaim>): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined) {
    spec.dataSourceRef = { ...dataSource };
  } else if (dataSource === undefined && dataSourceRef !== undefined && (dataSourceRef.namespace ?? '') === '') {
    const { apiGroup, kind, name } = dataSourceRef;
    spec.dataSource = { ...(apiGroup === undefined ? {} : { apiGroup }), kind, name };
  }
}

export const persistentVolumeClaimStrategy = resource(persistentVolumeClaim, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  returnsDeletedObject: true,
  prepareForCreate(draft) {
    dropForeignSource(draft, undefined);
    normalizeSources(draft);
  },
  prepareForUpdate(draft, old) {
    dropForeignSource(draft, old);
    normalizeSources(draft);
  },
  subresources: { status: statusOnly() },
});
