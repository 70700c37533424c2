// How a ResourceClaim is written: what is reset, kept and counted.

import { resourceClaim } from '../../../../api/resource/v1/resource-claim.ts';
import { resource, statusOnly } from '../resource.ts';

export const resourceClaimStrategy = resource(resourceClaim, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  returnsDeletedObject: true,
  subresources: { status: statusOnly({ keeps: 'metadata' }) },
});
