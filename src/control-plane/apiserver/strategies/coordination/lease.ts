// Lease: a heartbeat or a lock; whoever renews it must have seen it.

import { lease } from '../../../../api/coordination/v1/lease.ts';
import { resource } from '../resource.ts';

export const leaseStrategy = resource(lease, {
  allowsCreateOnUpdate: true,
  allowsUnconditionalUpdate: false,
});
