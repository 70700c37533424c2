// DaemonSet: keeps one Pod on every node that it is for.

import { controllerRevision } from '../../../api/apps/v1/controller-revision.ts';
import { daemonSet } from '../../../api/apps/v1/daemon-set.ts';
import type { DaemonSet, DaemonSetStatus } from '../../../api/apps/v1/daemon-set.ts';
import { node as nodeKind } from '../../../api/core/v1/node.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { labelSelectorOf, NOTHING } from '../../../machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../machinery/selectors/label-selector.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { after, defineController, done, mapped, owned, retry } from '../../../runtime/controller.ts';
import type { ControllerDefinition, Outcome, ReconcileContext } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { slowStart } from '../../../runtime/slow-start.ts';
import { claim, claimCandidates } from '../../../runtime/workload/claim.ts';
import { controllerOf } from '../../../runtime/workload/ownership.ts';
import { createPod, deletePod } from '../../../runtime/workload/pod-control.ts';
import { newDaemonPod, targetNodeOf } from './daemon-pod.ts';
import { beyondLimit, hashOf, historyOf, patchOf } from './history.ts';
import { plan, statusOf } from './plan.ts';
import type { DaemonPlan, DaemonView } from './plan.ts';

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 900_000;

/** Since when, and how long, failed Pods of one set on one node wait for their replacement. */
type FailureWaits = Map<string, { readonly sinceMs: number; readonly waitMs: number }>;

function selectorOf({ spec }: DaemonSet): LabelSelector {
  const selector = labelSelectorOf(spec.selector);
  return selector.ok ? selector.value : NOTHING;
}

/** Changes of a node that cannot matter to any DaemonSet, heartbeats above all. */
const sameForDaemons = (a: Node, b: Node): boolean =>
  semanticEqual(a.metadata.labels ?? {}, b.metadata.labels ?? {}) && semanticEqual(a.spec.taints, b.spec.taints);

/** The controller, with its own memory of failures. */
export function daemonSetController(): ControllerDefinition {
  const waits: FailureWaits = new Map();
  return defineController<DaemonSet>({
    name: 'daemonset-controller',
    reconciles: daemonSet,
    watches: [
      owned(podKind),
      mapped(podKind, function* ({ object }, { informers }) {
        if (controllerOf(object) !== undefined) return;
        for (const each of informers.of(daemonSet).inNamespace(object.metadata.namespace ?? '')) {
          if (selectorOf(each).matches(object.metadata.labels)) yield cacheKey(each.metadata.namespace, each.metadata.name ?? '');
        }
      }),
      mapped(nodeKind, function* ({ type, object, previous }, { informers }) {
        if (type === 'updated' && previous !== undefined && sameForDaemons(previous, object)) return;
        for (const each of informers.of(daemonSet).list()) yield cacheKey(each.metadata.namespace, each.metadata.name ?? '');
      }),
      owned(controllerRevision),
    ],
    async reconcile({ namespace, name }, context) {
      const set = context.informers.of(daemonSet).get(cacheKey(namespace, name));
      if (set === undefined) return done;
      if (selectorOf(set).empty) {
        context.events.record(set, 'Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.');
        return done;
      }
      return set.metadata.deletionTimestamp === undefined ? reconcile(set, waits, context) : done;
    },
  });
}

async function reconcile(set: DaemonSet, waits: FailureWaits, context: ReconcileContext): Promise<Outcome> {
  const { informers, client, signal } = context;
  const selector = selectorOf(set);
  const pods = await claim(
    {
      owner: set,
      ownerKind: daemonSet,
      kind: podKind,
      candidates: claimCandidates(informers, podKind, set),
      matches: (pod: Pod) => selector.matches(pod.metadata.labels),
    },
    client,
    signal,
  );
  const hash = await keepHistory(set, pods, context);
  if (hash === undefined) return retry(new Error(`the name of a revision of ${set.metadata.name} is taken`));
  const nodes = [...informers.of(nodeKind).list()];
  const waitKey = (nodeName: string): string => `${set.metadata.uid} ${nodeName}`;
  const nowMs = context.now();
  const view: DaemonView = {
    set,
    nodes,
    pods,
    hash,
    nowMs,
    failureWaitMs(nodeName) {
      const wait = waits.get(waitKey(nodeName));
      return wait === undefined ? 0 : Math.max(0, wait.sinceMs + wait.waitMs - nowMs);
    },
  };
  const daemonPlan = plan(view);
  for (const pod of daemonPlan.failed) {
    const key = waitKey(targetNodeOf(pod));
    const before = waits.get(key);
    const recent = before !== undefined && nowMs - before.sinceMs < 2 * MAX_WAIT_MS;
    waits.set(key, { sinceMs: nowMs, waitMs: recent ? Math.min(MAX_WAIT_MS, before.waitMs * 2) : FIRST_WAIT_MS });
  }
  const failure = await carryOut(set, daemonPlan, hash, context);
  const status = statusOf(view);
  if (!sameStatus(set.status, status)) await client.updateStatus(daemonSet, { ...set, status }, { signal });
  if (failure !== undefined) return retry(failure);
  const minReadyMs = (set.spec.minReadySeconds ?? 0) * 1000;
  const again = [
    daemonPlan.againInMs,
    minReadyMs > 0 && status.numberReady !== (status.numberAvailable ?? 0) ? minReadyMs : undefined,
  ].filter((each) => each !== undefined);
  return again.length === 0 ? done : after(Math.min(...again));
}

function sameStatus(a: DaemonSetStatus, b: DaemonSetStatus): boolean {
  const counts = [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
  ] as const;
  return counts.every((name) => Number(a[name] ?? 0) === Number(b[name] ?? 0));
}

async function carryOut(set: DaemonSet, { create, remove, events }: DaemonPlan, hash: string, context: ReconcileContext): Promise<unknown> {
  for (const [type, reason, message] of events) context.events.record(set, type, reason, message);
  const { errors } = await slowStart(create, (nodeName) => createPod(context, set, newDaemonPod(set, nodeName, hash)));
  const settled = await Promise.allSettled(remove.map((pod) => deletePod(context, set, pod)));
  return [...errors, ...settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))][0];
}

/** Keeps the revisions; gives the current one's hash, or undefined while its name is taken. */
async function keepHistory(
  set: DaemonSet,
  pods: readonly Pod[],
  { informers, client, signal }: ReconcileContext,
): Promise<string | undefined> {
  const { current, act, old, duplicates } = historyOf(set, informers.ownedBy(controllerRevision, set.metadata.uid ?? ''));
  if (act === 'update') await client.update(controllerRevision, current, { signal });
  if (act === 'create') {
    try {
      await client.create(controllerRevision, current, { signal });
    } catch (error) {
      if (!isStatus(error, 'AlreadyExists')) throw error;
      const present = await client.get(controllerRevision, keyOf(current), { signal });
      if (!semanticEqual(present.data, patchOf(set))) {
        const collisionCount = (set.status.collisionCount ?? 0) + 1;
        await client.updateStatus(daemonSet, { ...set, status: { ...set.status, collisionCount } }, { signal });
        return undefined;
      }
    }
  }
  for (const revision of [...duplicates, ...beyondLimit(set, old, pods)]) {
    try {
      await client.delete(controllerRevision, keyOf(revision), { uid: revision.metadata.uid ?? '', signal });
    } catch (error) {
      if (!isStatus(error, 'NotFound')) throw error;
    }
  }
  return hashOf(current);
}
