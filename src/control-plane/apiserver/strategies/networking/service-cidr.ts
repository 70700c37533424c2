// ServiceCIDR: a range from which Services get their addresses.

import { serviceCIDR } from '../../../../api/networking/v1/service-cidr.ts';
import { resource, statusOnly } from '../resource.ts';

export const serviceCIDRStrategy = resource(serviceCIDR, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  subresources: { status: statusOnly({ keeps: 'metadata' }) },
});
