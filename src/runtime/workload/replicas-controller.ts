// The control loop of the kinds that keep a number of like Pods; each kind says where its figures are.
//
// R1. Level-based: the decision reads the cache only; which event woke us is never consulted.
// R2. The plan is pure and makes every decision; this file only carries decisions out.
// R3. The runtime holds a key until the cache shows this controller's own writes, so a stale cache never creates twice.

import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { isPodActive, isPodTerminal } from '../../api/core/v1/pod-phase.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { LabelSelector } from '../../machinery/selectors/label-selector.ts';
import { after, defineController, done, mapped, owned, retry } from '../controller.ts';
import type { ControllerDefinition, Outcome, ReconcileContext } from '../controller.ts';
import { cacheKey } from '../informer.ts';
import type { Informers } from '../informers.ts';
import { slowStart } from '../slow-start.ts';
import { claim, claimCandidates, decideClaim } from './claim.ts';
import { controllerOf } from './ownership.ts';
import { createPod, deletePod, podFromTemplate } from './pod-control.ts';
import { nextAvailabilityMs, planReplicas, replicaStatus } from './replicas-plan.ts';
import type { ReplicaCondition, ReplicaPlan, ReplicaStatus, Wanted } from './replicas-plan.ts';

export interface ReplicaKeeper<T extends KubeObject> {
  readonly name: string;
  readonly kind: Kind<T>;
  wanted(object: T): Wanted;
  selector(object: T): LabelSelector;
  conditions(object: T): readonly ReplicaCondition[] | undefined;
  /** The object with this status, or undefined where it says so already. */
  withStatus(object: T, status: ReplicaStatus, terminating: number): T | undefined;
  /** All Pods of the application that the object is part of. */
  related(object: T, informers: Informers): readonly Pod[];
}

/** A controller that keeps replicas. */
export function keepReplicas<T extends KubeObject>(keeper: ReplicaKeeper<T>): ControllerDefinition {
  const { kind, name } = keeper;
  return defineController<T>({
    name,
    reconciles: kind,
    watches: [
      owned(pod),
      mapped(pod, function* ({ object }, { informers }) {
        // An orphan wakes whoever would adopt it.
        if (controllerOf(object) !== undefined) return;
        for (const each of informers.of(kind).inNamespace(object.metadata.namespace ?? '')) {
          const selector = keeper.selector(each);
          if (!selector.empty && selector.matches(object.metadata.labels))
            yield cacheKey(each.metadata.namespace, each.metadata.name ?? '');
        }
      }),
    ],
    async reconcile({ namespace, name: objectName }, context) {
      const object = context.informers.of(kind).get(cacheKey(namespace, objectName));
      return object === undefined ? done : reconcile(keeper, object, context);
    },
  });
}

async function reconcile<T extends KubeObject>(keeper: ReplicaKeeper<T>, object: T, context: ReconcileContext): Promise<Outcome> {
  const { informers, client, signal } = context;
  const { kind } = keeper;
  const wanted = keeper.wanted(object);
  const selector = keeper.selector(object);
  const matches = (candidate: Pod): boolean => selector.matches(candidate.metadata.labels);
  const pods = claimCandidates(informers, pod, object);
  const active = await claim({ owner: object, ownerKind: kind, kind: pod, candidates: pods.filter(isPodActive), matches }, client, signal);
  const terminating = pods.filter(
    (each) => each.metadata.deletionTimestamp !== undefined && !isPodTerminal(each) && decideClaim(object, each, matches(each)) === 'keep',
  );

  const nowMs = context.now();
  const goes = object.metadata.deletionTimestamp !== undefined;
  const failure = goes
    ? undefined
    : await carryOut(keeper, object, planReplicas(wanted.replicas, active, keeper.related(object, informers), nowMs), context);

  const status = replicaStatus(wanted, keeper.conditions(object), { active, nowMs, failure });
  const next = keeper.withStatus(object, status, terminating.length);
  if (next !== undefined) await client.updateStatus(kind, next, { signal });
  if (failure !== undefined) return retry(failure);
  const againInMs = nextAvailabilityMs(wanted, status, active, nowMs);
  return againInMs === undefined ? done : after(againInMs);
}

/** Gives the first failure, after everything that was started has settled. */
async function carryOut<T extends KubeObject>(
  keeper: ReplicaKeeper<T>,
  object: T,
  plan: ReplicaPlan,
  context: ReconcileContext,
): Promise<Error | undefined> {
  const { template } = keeper.wanted(object);
  if (template === undefined) return undefined;
  const body = podFromTemplate(template, object);
  // Growing batches: a quota hit costs a few refusals and not hundreds.
  const { errors } = await slowStart(Array.from({ length: plan.create }), () => createPod(context, object, body));
  const removed = await Promise.allSettled(plan.remove.map((doomed) => deletePod(context, object, doomed)));
  const [first] = [...errors, ...removed.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))];
  if (first === undefined) return undefined;
  context.signal.throwIfAborted();
  return first instanceof Error ? first : new Error(String(first));
}
