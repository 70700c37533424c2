// Pod garbage collector: removes Pods of nodes that are gone, Pods that never got one, and too many that ended.

import { node as nodeKind } from '../../../api/core/v1/node.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodTerminal } from '../../../api/core/v1/pod-phase.ts';
import { isAbort } from '../../../base/abort.ts';
import { keyOf } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { ControllerParts } from '../../../runtime/controller.ts';
import { plan } from './plan.ts';

const PERIOD_MS = 20_000;
/** How long a node must be missing before its Pods are given up. */
const QUARANTINE_MS = 40_000;

export const podGarbageCollector = {
  name: 'pod-garbage-collector-controller',

  /** Looks around every twenty seconds until the signal fires. */
  async run(parts: ControllerParts, signal: AbortSignal): Promise<void> {
    const { informers, clock, logger } = parts;
    const missingSinceMs = new Map<string, number>();
    const [pods, nodes] = [informers.of(podKind), informers.of(nodeKind)];
    try {
      await informers.whenSynced(signal);
      for (;;) {
        await clock.sleep(PERIOD_MS, signal);
        const { remove, orphaned } = plan([...pods.list()], new Map([...nodes.list()].map((node) => [node.metadata.name ?? '', node])));
        for (const pod of remove) await removePod(pod, undefined, parts, signal);
        for (const pod of await givenUp(orphaned, missingSinceMs, parts, signal))
          await removePod(pod, 'PodGC: node no longer exists', parts, signal);
      }
    } catch (error) {
      if (!isAbort(error, signal)) logger.error('the Pod garbage collector ended', { error });
    }
  },
} as const;

/** Those of the Pods whose node has been missing for long enough, and is not there when asked for live. */
async function givenUp(
  orphaned: readonly Pod[],
  missingSinceMs: Map<string, number>,
  { client, clock, logger }: ControllerParts,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const missing = new Set(orphaned.map(({ spec }) => spec.nodeName ?? ''));
  for (const name of missingSinceMs.keys()) if (!missing.has(name)) missingSinceMs.delete(name);
  const gone = new Set<string>();
  for (const name of missing) {
    const sinceMs = missingSinceMs.get(name) ?? clock.now();
    missingSinceMs.set(name, sinceMs);
    if (clock.now() - sinceMs < QUARANTINE_MS) continue;
    try {
      if ((await client.find(nodeKind, { name }, { signal })) === undefined) gone.add(name);
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      logger.warn('a node could not be looked up', { name, error });
    }
  }
  return orphaned.filter(({ spec }) => gone.has(spec.nodeName ?? ''));
}

async function removePod(
  pod: Pod,
  because: string | undefined,
  { client, clock, logger }: ControllerParts,
  signal: AbortSignal,
): Promise<void> {
  const { uid = '' } = pod.metadata;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime: printTime(clock.now()),
    reason: 'DeletionByPodGC',
    message: because,
  };
  try {
    if (!isPodTerminal(pod)) {
      const status = { phase: 'Failed', ...(because === undefined ? {} : { conditions: [condition] }) };
      await client.patch(podKind, keyOf(pod), { metadata: { uid }, status }, { type: 'strategic', subresource: 'status', signal });
    }
    await client.delete(podKind, keyOf(pod), { gracePeriodSeconds: 0, uid, signal });
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    if (!isStatus(error, 'NotFound'))
      logger.warn('a Pod could not be removed', { namespace: pod.metadata.namespace, name: pod.metadata.name, error });
  }
}
