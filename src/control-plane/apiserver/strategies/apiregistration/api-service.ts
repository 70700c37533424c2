// How an APIService is written: one that this server answers itself is available from the start.

import { apiService } from '../../../../api/apiregistration/v1/api-service.ts';
import { printTime } from '../../../../machinery/timestamp.ts';
import { resource, statusOnly } from '../resource.ts';

export const apiServiceStrategy = resource(apiService, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  allowsUnconditionalUpdate: false,
  prepareForCreate(draft, { nowMs }) {
    if (draft.spec.service !== undefined) return;
    const message = 'Local APIServices are always available';
    draft.status = { conditions: [{ type: 'Available', status: 'True', lastTransitionTime: printTime(nowMs), reason: 'Local', message }] };
  },
  subresources: { status: statusOnly({ keeps: ['labels', 'annotations', 'finalizers', 'ownerReferences'] }) },
});
