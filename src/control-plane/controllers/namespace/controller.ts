// Namespace: empties a Namespace that is being deleted, then lets it go.
//
// N1. Pods go first: nothing else is deleted while some are left, so that what they depend on outlives them.
// N2. Emptiness is judged by live lists, never by a cache.

import { namespace as namespaceKind } from '../../../api/core/v1/namespace.ts';
import type { Namespace } from '../../../api/core/v1/namespace.ts';
import { customResourceDefinition } from '../../../api/apiextensions/v1/custom-resource-definition.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { isPodTerminal } from '../../../api/core/v1/pod-phase.ts';
import { keyOf } from '../../../client/client.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import { after, defineController, done, mapped, retry } from '../../../runtime/controller.ts';
import type { Outcome, ReconcileContext } from '../../../runtime/controller.ts';
import { builtInKinds, customKinds } from '../../../runtime/workload/all-kinds.ts';
import { conditionsAfter, remainderOf } from './plan.ts';
import type { Remainder } from './plan.ts';

const FINALIZER = 'kubernetes';
/** How soon to look again at what is waiting for somebody else. */
const POLL_MS = 2000;

export const namespaceController = defineController<Namespace>({
  name: 'namespace-controller',
  reconciles: namespaceKind,
  watches: [
    mapped(pod, ({ type, object }, { informers }) => {
      const name = object.metadata.namespace ?? '';
      return type === 'deleted' && informers.of(namespaceKind).get(name)?.metadata.deletionTimestamp !== undefined ? [name] : [];
    }),
  ],
  reads: [customResourceDefinition],
  concurrency: 10,
  async reconcile({ name }, context) {
    const cached = context.informers.of(namespaceKind).get(name);
    if (cached?.metadata.deletionTimestamp === undefined) return done;
    try {
      const fresh = await context.client.get(namespaceKind, { name }, { signal: context.signal });
      return fresh.metadata.deletionTimestamp === undefined ? done : await empty(fresh, context);
    } catch (error) {
      if (isStatus(error, 'NotFound')) return done;
      throw error;
    }
  },
});

async function empty(fresh: Namespace, context: ReconcileContext): Promise<Outcome> {
  const { client, signal } = context;
  let namespace = fresh;
  if (namespace.status.phase !== 'Terminating') {
    namespace = await client.updateStatus(
      namespaceKind,
      { ...namespace, status: { ...namespace.status, phase: 'Terminating' } },
      { signal },
    );
  }
  if ((namespace.spec.finalizers ?? []).length === 0) return done;
  const kinds = [...builtInKinds, ...customKinds(context.informers)].filter(({ scope }) => scope === 'Namespaced');
  const failures: unknown[] = [];
  const pods = await emptyKind(pod, namespace, context, failures);
  if (pods.count > 0) {
    await report(namespace, [], failures, context);
    return after(POLL_MS);
  }
  const others = await Promise.all(
    kinds.filter((kind) => kind !== (pod as Kind)).map((kind) => emptyKind(kind, namespace, context, failures)),
  );
  namespace = await report(namespace, others, failures, context);
  if (failures.length > 0) return retry(failures[0]);
  if (others.some(({ count }) => count > 0)) return after(POLL_MS);
  const finalizers = (namespace.spec.finalizers ?? []).filter((each) => each !== FINALIZER);
  await client.update(namespaceKind, { ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize', signal });
  return done;
}

async function report(
  namespace: Namespace,
  remainders: readonly Remainder[],
  failures: readonly unknown[],
  { client, signal, now }: ReconcileContext,
): Promise<Namespace> {
  const messages = failures.map((error) => (error instanceof Error ? error.message : String(error)));
  const conditions = conditionsAfter(namespace.status.conditions ?? [], remainders, messages, now());
  if (conditions === undefined) return namespace;
  return client.updateStatus(namespaceKind, { ...namespace, status: { ...namespace.status, conditions } }, { signal });
}

/** Deletes all objects of a kind in the Namespace; tells what is left. */
async function emptyKind(kind: Kind, namespace: Namespace, context: ReconcileContext, failures: unknown[]): Promise<Remainder> {
  const { client, signal } = context;
  const name = namespace.metadata.name ?? '';
  const resource = `${kind.plural}.${kind.group}`;
  try {
    const before = await client.list(kind, { namespace: name, signal });
    if (before.items.length === 0) return remainderOf(resource, []);
    await deleteAll(kind, name, before.items, context);
    const { items } = await client.list(kind, { namespace: name, signal });
    if (items.length > 0 && !(await waits(kind, namespace, items, context))) {
      failures.push(
        new Error(`unexpected items still remain in namespace: ${name} for gvr: ${kind.group}/${kind.version}, Resource=${kind.plural}`),
      );
    }
    return remainderOf(resource, items);
  } catch (error) {
    signal.throwIfAborted();
    // A custom kind that went away meanwhile has nothing left.
    if (!isStatus(error, 'NotFound', 'MethodNotAllowed')) failures.push(error);
    return remainderOf(resource, []);
  }
}

async function deleteAll(kind: Kind, namespace: string, items: readonly KubeObject[], { client, signal }: ReconcileContext): Promise<void> {
  try {
    await client.deleteCollection(kind, { namespace, propagationPolicy: 'Background', signal });
    return;
  } catch (error) {
    if (!isStatus(error, 'NotFound', 'MethodNotAllowed')) throw error;
  }
  for (const item of items) {
    try {
      await client.delete(kind, keyOf(item), { propagationPolicy: 'Background', signal });
    } catch (error) {
      if (!isStatus(error, 'NotFound', 'MethodNotAllowed')) throw error;
    }
  }
}

/** Whether what remains has a reason to: a finalizer, or a grace period that is not over. */
async function waits(
  kind: Kind,
  namespace: Namespace,
  items: readonly KubeObject[],
  { client, signal, now }: ReconcileContext,
): Promise<boolean> {
  if (items.some(({ metadata }) => (metadata.finalizers ?? []).length > 0)) return true;
  if (kind !== (pod as Kind)) return false;
  const { items: pods } = await client.list(pod, { namespace: namespace.metadata.name ?? '', signal });
  const grace = pods
    .filter((each) => !isPodTerminal(each))
    .reduce((max, { spec }) => Math.max(max, Number(spec.terminationGracePeriodSeconds ?? 0)), 0);
  return pods.length === 0 || now() < (parseTime(namespace.metadata.deletionTimestamp ?? '') ?? 0) + grace * 1000;
}
