// Taint eviction: deletes Pods from nodes with NoExecute taints that they do not tolerate, or no longer.

import { node as nodeKind } from '../../../api/core/v1/node.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { after, defineController, done, mapped } from '../../../runtime/controller.ts';
import type { ControllerDefinition, ReconcileContext } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { podsOnNode } from '../../../runtime/workload/node-pods.ts';
import { plan } from './plan.ts';

/** The controller, with its own memory of since when each Pod's time runs. */
export function taintEvictionController(): ControllerDefinition {
  const since = new Map<string, { readonly uid: string; readonly atMs: number }>();
  return defineController<Pod>({
    name: 'taint-eviction-controller',
    reconciles: podKind,
    watches: [
      mapped(nodeKind, function* ({ object, previous }, { informers }) {
        if (previous !== undefined && semanticEqual(previous.spec.taints, object.spec.taints)) return;
        for (const pod of podsOnNode(informers, object.metadata.name ?? ''))
          yield cacheKey(pod.metadata.namespace, pod.metadata.name ?? '');
      }),
    ],
    async reconcile({ namespace, name }, context) {
      const { informers, now } = context;
      const key = cacheKey(namespace, name);
      const pod = informers.of(podKind).get(key);
      const running = since.get(key);
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || running?.uid !== (pod.metadata.uid ?? '')) since.delete(key);
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || (pod.spec.nodeName ?? '') === '') return done;
      const stay = plan(informers.of(nodeKind).get(pod.spec.nodeName ?? '')?.spec.taints, pod.spec.tolerations);
      if (!stay.evicted) {
        if (since.delete(key)) tell(pod, `Cancelling deletion of Pod ${key}`, context);
        return done;
      }
      const { atMs } = since.get(key) ?? { atMs: now() };
      since.set(key, { uid: pod.metadata.uid ?? '', atMs });
      const leftMs = atMs + stay.afterMs - now();
      if (leftMs > 0) return after(leftMs);
      await evict(pod, context);
      return done;
    },
  });
}

function tell({ metadata: { namespace, name } }: Pod, message: string, { events }: ReconcileContext): void {
  events.record({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } }, 'Normal', 'TaintManagerEviction', message);
}

async function evict(pod: Pod, context: ReconcileContext): Promise<void> {
  const { client, now, signal } = context;
  const { namespace, name, uid = '' } = pod.metadata;
  tell(pod, `Marking for deletion Pod ${namespace}/${name}`, context);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime: printTime(now()),
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  try {
    await client.patch(
      podKind,
      keyOf(pod),
      { metadata: { uid }, status: { conditions: [condition] } },
      { type: 'strategic', subresource: 'status', signal },
    );
    await client.delete(podKind, keyOf(pod), { uid, signal });
  } catch (error) {
    if (!isStatus(error, 'NotFound')) throw error;
  }
}
