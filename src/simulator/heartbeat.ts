// Keeps one simulated Node alive in the API: registers it, renews its lease, reports its conditions.
//
// H1. A silent Node writes nothing; it goes on where it was once it is restored.

import type { Clock } from '../base/clock.ts';
import { isAbort } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { lease } from '../api/coordination/v1/lease.ts';
import { node } from '../api/core/v1/node.ts';
import type { Node } from '../api/core/v1/node.ts';
import type { Client } from '../client/client.ts';
import { isStatus } from '../machinery/status-error.ts';
import { printMicroTime } from '../machinery/timestamp.ts';
import type { Faults } from './faults.ts';
import { nodeConditions, nodeObject } from './node-spec.ts';
import type { SimulatedNode } from './node-spec.ts';

const LEASE_MS = 10_000;
const LEASE_SECONDS = 40;
const LEASES_PER_STATUS = 30;
const NAMESPACE = 'kube-node-lease';
const NOT_READY_TAINT = 'node.kubernetes.io/not-ready';

export interface HeartbeatParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly faults: Faults;
  readonly version: string;
  /** Whether the taint that new Nodes get is lifted here, for want of a controller that does. */
  readonly liftsTaint: boolean;
}

/** Runs until the signal fires. */
export async function runHeartbeat(spec: SimulatedNode, index: number, parts: HeartbeatParts, signal: AbortSignal): Promise<void> {
  const { clock, faults, logger, random } = parts;
  for (let beat = 0; ; beat++) {
    if (!faults.isSilent(spec.name)) {
      try {
        if (beat === 0) await register(spec, index, parts, signal);
        else if (beat % LEASES_PER_STATUS === 0) await report(spec, parts, signal);
        await renew(spec, parts, signal);
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        // A Node that somebody deleted stays away, and its lease namespace may not be there yet.
        if (!isStatus(error, 'NotFound', 'Conflict')) logger.warn('a simulated node was not heard', { node: spec.name, error });
      }
    }
    // Spread, so that a thousand Nodes do not write at the same moment.
    await clock.sleep(beat === 0 ? LEASE_MS * (0.5 + random.fraction() / 2) : LEASE_MS, signal);
  }
}

async function register(
  spec: SimulatedNode,
  index: number,
  { client, clock, liftsTaint, version }: HeartbeatParts,
  signal: AbortSignal,
): Promise<void> {
  const object = nodeObject(spec, index, version, clock.now());
  const found = await client.find(node, { name: spec.name }, { signal });
  const registered = found ?? (await client.create(node, object, { signal }));
  if (found !== undefined) await writeConditions(found, client, clock.now(), signal);
  const taints = registered.spec.taints ?? [];
  if (!liftsTaint || !taints.some(({ key }) => key === NOT_READY_TAINT)) return;
  await client.patch(
    node,
    { name: spec.name },
    { spec: { taints: taints.filter(({ key }) => key !== NOT_READY_TAINT) } },
    { type: 'merge', signal },
  );
}

async function report({ name }: SimulatedNode, { client, clock }: HeartbeatParts, signal: AbortSignal): Promise<void> {
  await writeConditions(await client.get(node, { name }, { signal }), client, clock.now(), signal);
}

async function writeConditions(found: Node, client: Client, nowMs: number, signal: AbortSignal): Promise<void> {
  const patch = { status: { conditions: nodeConditions(nowMs, found.status.conditions) } };
  await client.patch(node, { name: found.metadata.name ?? '' }, patch, { type: 'strategic', subresource: 'status', signal });
}

async function renew({ name }: SimulatedNode, { client, clock }: HeartbeatParts, signal: AbortSignal): Promise<void> {
  const renewTime = printMicroTime(clock.now());
  const found = await client.find(lease, { namespace: NAMESPACE, name }, { signal });
  if (found !== undefined) {
    await client.update(lease, { ...found, spec: { ...found.spec, renewTime } }, { signal });
    return;
  }
  const { metadata } = await client.get(node, { name }, { signal });
  const owner = { apiVersion: node.apiVersion, kind: node.kind, name, uid: metadata.uid };
  const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  await client.create(lease, { metadata: { namespace: NAMESPACE, name, ownerReferences: [owner] }, spec }, { signal });
}
