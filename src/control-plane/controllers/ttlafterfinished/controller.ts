// TTL after finished: deletes Jobs some time after they ended, where they ask for it.

import { job as jobKind } from '../../../api/batch/v1/job.ts';
import type { Job } from '../../../api/batch/v1/job.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { after, defineController, done } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { expiresInMs } from './plan.ts';

export const ttlAfterFinishedController = defineController<Job>({
  name: 'ttl-after-finished-controller',
  reconciles: jobKind,
  async reconcile(key, { informers, client, now, signal }) {
    const cached = informers.of(jobKind).get(cacheKey(key.namespace, key.name));
    const waitMs = cached === undefined ? undefined : expiresInMs(cached, now());
    if (waitMs === undefined) return done;
    if (waitMs > 0) return after(waitMs);
    // The cache may not show yet that the wait was prolonged.
    const fresh = await client.find(jobKind, key, { signal });
    const freshMs = fresh === undefined ? undefined : expiresInMs(fresh, now());
    if (fresh === undefined || freshMs === undefined) return done;
    if (freshMs > 0) return after(freshMs);
    try {
      await client.delete(jobKind, key, { uid: fresh.metadata.uid ?? '', propagationPolicy: 'Foreground', signal });
    } catch (error) {
      if (!isStatus(error, 'NotFound')) throw error;
    }
    return done;
  },
});
