// How a PersistentVolumeClaim is written: the two fields that name a data source follow each other.

import { persistentVolumeClaim } from '../../../../api/core/v1/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '../../../../api/core/v1/persistent-volume-claim.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { resource, statusOnly } from '../resource.ts';

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
  prepareForCreate: normalizeSources,
  prepareForUpdate: normalizeSources,
  subresources: { status: statusOnly() },
});
