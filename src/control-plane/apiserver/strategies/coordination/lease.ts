// How a Lease is written: a heartbeat or a lock; whoever renews it must have seen it. Fields of coordinated leader election, which is
// off, are dropped unless they were there.

import { lease } from '../../../../api/coordination/v1/lease.ts';
import { resource } from '../resource.ts';

export const leaseStrategy = resource(lease, {
  allowsCreateOnUpdate: true,
  allowsUnconditionalUpdate: false,
  prepareForCreate({ spec }) {
    delete spec.strategy;
    delete spec.preferredHolder;
  },
  prepareForUpdate({ spec }, old) {
    if (old.spec.strategy === undefined) delete spec.strategy;
    if (old.spec.preferredHolder === undefined) delete spec.preferredHolder;
  },
});
