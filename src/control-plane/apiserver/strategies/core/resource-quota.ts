// How a ResourceQuota is written: what is reset, kept and counted.

import { resourceQuota } from '../../../../api/core/v1/resource-quota.ts';
import { resource, statusOnly } from '../resource.ts';

export const resourceQuotaStrategy = resource(resourceQuota, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  returnsDeletedObject: true,
  subresources: { status: statusOnly() },
});
