// Node lifecycle: marks Nodes whose kubelet fell silent, and taints Nodes by their conditions.
//
// L1. Silence is measured by this process's clock, from when it last saw a lease or a status renewed: clocks of nodes do not count.
// L2. While no Node at all is ready nothing is evicted: it is more likely that the control plane is cut off.

import { lease as leaseKind } from '../../../api/coordination/v1/lease.ts';
import { node as nodeKind } from '../../../api/core/v1/node.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import { isPodReady, podCondition } from '../../../api/core/v1/pod-conditions.ts';
import { keyOf } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { after, defineController, done, mapped } from '../../../runtime/controller.ts';
import type { ControllerDefinition, ReconcileContext } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { podsOnNode } from '../../../runtime/workload/node-pods.ts';
import { isNodeReady, readyCondition, silentConditions, silentForTooLongInMs, taintsFor } from './plan.ts';

const LEASES = 'kube-node-lease';
const MONITOR_MS = 5000;

/** What was last heard of a Node, and when. */
interface Heard {
  readonly uid: string;
  readonly heartbeat: string;
  readonly atMs: number;
}

/** The controller, with its own memory of what it heard. */
export function nodeLifecycleController(): ControllerDefinition {
  const heard = new Map<string, Heard>();
  return defineController<Node>({
    name: 'node-lifecycle-controller',
    reconciles: nodeKind,
    watches: [mapped(leaseKind, ({ object }) => (object.metadata.namespace === LEASES ? [object.metadata.name ?? ''] : []))],
    reads: [podKind],
    async reconcile({ name }, context) {
      const node = context.informers.of(nodeKind).get(name);
      if (node === undefined) return forget(name, heard, context);
      const atMs = listen(node, heard, context);
      const leftMs = silentForTooLongInMs(node, atMs, context.now());
      const conditions = leftMs <= 0 ? silentConditions(node, context.now()) : undefined;
      const current = conditions === undefined ? node : await writeConditions(node, conditions, context);
      await writeTaints(current, context);
      if (leftMs <= 0) await markPodsNotReady(current, context);
      return after(leftMs > 0 ? Math.min(leftMs, MONITOR_MS) : MONITOR_MS);
    },
  });
}

function forget(name: string, heard: Map<string, Heard>, { events }: ReconcileContext): typeof done {
  const known = heard.get(name);
  if (known !== undefined) {
    const gone = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: known.uid } };
    events.record(gone, 'Normal', 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
  }
  heard.delete(name);
  return done;
}

/** When the Node last gave a sign of life (L1). */
function listen(node: Node, heard: Map<string, Heard>, { informers, events, now }: ReconcileContext): number {
  const { name = '', uid = '' } = node.metadata;
  const renewed = informers.of(leaseKind).get(cacheKey(LEASES, name))?.spec.renewTime ?? '';
  const heartbeat = `${readyCondition(node)?.lastHeartbeatTime ?? ''} ${renewed}`;
  const known = heard.get(name);
  if (known?.uid !== uid) events.record(node, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
  if (known?.uid === uid && known.heartbeat === heartbeat) return known.atMs;
  const atMs = now();
  heard.set(name, { uid, heartbeat, atMs });
  return atMs;
}

async function writeConditions(
  node: Node,
  conditions: NonNullable<Node['status']['conditions']>,
  { client, events, signal }: ReconcileContext,
): Promise<Node> {
  const written = await client.updateStatus(nodeKind, { ...node, status: { ...node.status, conditions } }, { signal });
  if (isNodeReady(node)) events.record(node, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`);
  return written;
}

async function writeTaints(node: Node, { informers, client, now, signal }: ReconcileContext): Promise<void> {
  // L2
  const someReady = [...informers.of(nodeKind).list()].some((each) => each.metadata.uid !== node.metadata.uid && isNodeReady(each));
  const taints = taintsFor(node, someReady, now());
  if (taints === undefined) return;
  const { uid, resourceVersion } = node.metadata;
  await client.patch(nodeKind, keyOf(node), { metadata: { uid, resourceVersion }, spec: { taints } }, { type: 'merge', signal });
}

/** Services stop sending to Pods that nobody can vouch for. */
async function markPodsNotReady(node: Node, { informers, client, events, now, signal }: ReconcileContext): Promise<void> {
  for (const pod of podsOnNode(informers, node.metadata.name ?? '')) {
    const ready = podCondition(pod, 'Ready');
    if (ready === undefined || !isPodReady(pod)) continue;
    try {
      const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: printTime(now()) }];
      await client.patch(
        podKind,
        keyOf(pod),
        { metadata: { uid: pod.metadata.uid }, status: { conditions } },
        { type: 'strategic', subresource: 'status', signal },
      );
      events.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    } catch (error) {
      if (!isStatus(error, 'NotFound')) throw error;
    }
  }
}
