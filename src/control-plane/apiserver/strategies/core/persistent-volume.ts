// How a PersistentVolume is written: it begins Pending, and each change of phase is dated.

import { persistentVolume } from '../../../../api/core/v1/persistent-volume.ts';
import { printTime } from '../../../../machinery/timestamp.ts';
import { keepField, resource, statusOnly } from '../resource.ts';

export const persistentVolumeStrategy = resource(persistentVolume, {
  resetOnUpdate: ['status'],
  returnsDeletedObject: true,
  prepareForCreate(draft, { nowMs }) {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: printTime(nowMs) };
  },
  subresources: {
    status: statusOnly({
      prepare({ status }, old, { nowMs }) {
        const before = old.status.lastPhaseTransitionTime;
        if (status.phase === old.status.phase) {
          if (status.lastPhaseTransitionTime === undefined) keepField(status, old.status, 'lastPhaseTransitionTime');
        } else if (status.lastPhaseTransitionTime === undefined || status.lastPhaseTransitionTime === before) {
          status.lastPhaseTransitionTime = printTime(nowMs);
        }
      },
    }),
  },
});
