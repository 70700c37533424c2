// The node's lease: renewed every ten seconds, it says that the kubelet lives, for far less than a status costs.

import { lease } from '../../../api/coordination/v1/lease.ts';
import type { Lease } from '../../../api/coordination/v1/lease.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Client } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { printMicroTime } from '../../../machinery/timestamp.ts';

const DURATION_SECONDS = 40;
const RENEW_MS = 10_000;
const RETRY_MS = 1_000;
const NAMESPACE = 'kube-node-lease';

interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodeName: string;
  /** The node's uid once it is registered: the lease goes with it. */
  readonly nodeUid: () => string | undefined;
}

/** Renews the lease until the signal fires. */
export async function renewNodeLease(parts: Parts, signal: AbortSignal): Promise<void> {
  const { clock, logger } = parts;
  let held: Lease | undefined;
  for (;;) {
    let waitMs = RENEW_MS;
    try {
      held = await renew(parts, held, signal);
    } catch (error) {
      if (isAbort(error, signal)) return;
      held = undefined;
      waitMs = RETRY_MS;
      if (!isStatus(error, 'Conflict', 'AlreadyExists')) logger.warn('the node lease was not renewed', { error });
    }
    await clock.sleep(waitMs, signal);
  }
}

async function renew({ client, clock, nodeName, nodeUid }: Parts, held: Lease | undefined, signal: AbortSignal): Promise<Lease> {
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: DURATION_SECONDS, renewTime: printMicroTime(clock.now()) };
  const key = { namespace: NAMESPACE, name: nodeName };
  const found = held ?? (await client.find(lease, key, { signal }));
  if (found !== undefined) return client.update(lease, { ...found, spec: { ...found.spec, ...spec } }, { signal });
  const uid = nodeUid();
  const owner = uid === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid }] };
  return client.create(lease, { metadata: { ...key, ...owner }, spec }, { signal });
}
