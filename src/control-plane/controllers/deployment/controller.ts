// Deployment: moves Pods from one template to the next by growing one ReplicaSet and shrinking others.
//
// R1. `plan` is pure and makes every decision; this file only carries decisions out.
// R2. A name that is taken by somebody else's ReplicaSet raises collisionCount, and the next plan takes another name.

import { deployment as deploymentKind } from '../../../api/apps/v1/deployment.ts';
import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import { replicaSet } from '../../../api/apps/v1/replica-set.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { labelSelectorOf, NOTHING } from '../../../machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../machinery/selectors/label-selector.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { after, defineController, done, mapped, owned, retry } from '../../../runtime/controller.ts';
import type { Outcome, ReconcileContext } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { claim, claimCandidates } from '../../../runtime/workload/claim.ts';
import { controllerOf, isControlledBy } from '../../../runtime/workload/ownership.ts';
import { isNamespaceTerminating } from '../../../runtime/workload/pod-control.ts';
import { progressing, withCondition } from './conditions.ts';
import { progressDeadlineMs } from './figures.ts';
import { equalIgnoringHash } from './members.ts';
import { plan } from './plan.ts';
import type { DeploymentPlan, SetChange } from './plan.ts';

function selectorOf({ spec }: Deployment): LabelSelector {
  const selector = labelSelectorOf(spec.selector);
  return selector.ok ? selector.value : NOTHING;
}

export const deploymentController = defineController<Deployment>({
  name: 'deployment-controller',
  reconciles: deploymentKind,
  watches: [
    owned(replicaSet),
    mapped(replicaSet, function* ({ object }, { informers }) {
      if (controllerOf(object) !== undefined) return;
      for (const each of informers.of(deploymentKind).inNamespace(object.metadata.namespace ?? '')) {
        if (selectorOf(each).matches(object.metadata.labels)) yield cacheKey(each.metadata.namespace, each.metadata.name ?? '');
      }
    }),
    // Recreate waits for the last old Pod to go.
    mapped(pod, function* ({ type, object }, { informers }) {
      if (type !== 'deleted' && object.status.phase !== 'Succeeded' && object.status.phase !== 'Failed') return;
      const owner = controllerOf(object);
      const set = owner?.kind === 'ReplicaSet' ? informers.of(replicaSet).get(cacheKey(object.metadata.namespace, owner.name)) : undefined;
      const controller = set === undefined ? undefined : controllerOf(set);
      if (controller?.kind === 'Deployment') yield cacheKey(object.metadata.namespace, controller.name);
    }),
  ],
  async reconcile({ namespace, name }, context) {
    const deployment = context.informers.of(deploymentKind).get(cacheKey(namespace, name));
    if (deployment === undefined) return done;
    if (selectorOf(deployment).empty) return refuseEverything(deployment, context);
    const { informers, client, signal } = context;
    const selector = selectorOf(deployment);
    const sets = await claim(
      {
        owner: deployment,
        ownerKind: deploymentKind,
        kind: replicaSet,
        candidates: claimCandidates(informers, replicaSet, deployment),
        matches: (set: ReplicaSet) => selector.matches(set.metadata.labels),
      },
      client,
      signal,
    );
    const pods = sets.flatMap((set) => informers.ownedBy(pod, set.metadata.uid ?? ''));
    return carryOut(deployment, plan({ deployment, sets, pods, nowMs: context.now() }), context);
  },
});

async function refuseEverything(deployment: Deployment, { client, events, signal }: ReconcileContext): Promise<Outcome> {
  events.record(deployment, 'Warning', 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
  const { generation } = deployment.metadata;
  if (deployment.status.observedGeneration === generation) return done;
  await client.updateStatus(
    deploymentKind,
    { ...deployment, status: { ...deployment.status, observedGeneration: generation } },
    { signal },
  );
  return done;
}

async function carryOut(
  deployment: Deployment,
  { create, update, remove, next, againInMs }: DeploymentPlan,
  context: ReconcileContext,
): Promise<Outcome> {
  const { client, events, signal } = context;
  if (create !== undefined) {
    const outcome = await createSet(deployment, create, context);
    if (outcome !== undefined) return outcome;
  }
  for (const { set, event } of update) {
    await client.update(replicaSet, set, { signal });
    if (event !== undefined) events.record(deployment, 'Normal', 'ScalingReplicaSet', event);
  }
  for (const set of remove) {
    try {
      await client.delete(replicaSet, keyOf(set), { uid: set.metadata.uid ?? '', signal });
    } catch (error) {
      if (!isStatus(error, 'NotFound')) throw error;
    }
  }
  if (next !== undefined) await client.updateStatus(deploymentKind, next, { signal });
  return againInMs === undefined ? done : after(againInMs);
}

/** Undefined when the ReplicaSet stands; otherwise how the reconcile ends. */
async function createSet(deployment: Deployment, { set, event }: SetChange, context: ReconcileContext): Promise<Outcome | undefined> {
  const { client, events, signal } = context;
  try {
    const { apiVersion, kind, metadata, spec } = set;
    await client.create(replicaSet, { apiVersion, kind, metadata, spec }, { signal });
    if (event !== undefined) events.record(deployment, 'Normal', 'ScalingReplicaSet', event);
    return undefined;
  } catch (error) {
    if (isNamespaceTerminating(error)) return done;
    if (isStatus(error, 'AlreadyExists')) return resolveCollision(deployment, set, error, context);
    if (isStatus(error)) await reportFailure(deployment, set, error.message, context);
    return retry(error);
  }
}

async function resolveCollision(
  deployment: Deployment,
  wanted: ReplicaSet,
  error: unknown,
  { client, signal }: ReconcileContext,
): Promise<Outcome> {
  const present = await client.find(replicaSet, keyOf(wanted), { signal });
  // Our own: the cache will show it, and the next plan goes on from there.
  const isOurs =
    present !== undefined && isControlledBy(present, deployment) && equalIgnoringHash(present.spec.template, deployment.spec.template);
  if (present !== undefined && !isOurs) {
    const collisionCount = (deployment.status.collisionCount ?? 0) + 1;
    await client.updateStatus(deploymentKind, { ...deployment, status: { ...deployment.status, collisionCount } }, { signal });
  }
  return retry(error);
}

async function reportFailure(
  deployment: Deployment,
  set: ReplicaSet,
  because: string,
  { client, events, signal, now }: ReconcileContext,
): Promise<void> {
  const message = `Failed to create new replica set ${JSON.stringify(set.metadata.name)}: ${because}`;
  if (progressDeadlineMs(deployment) !== undefined) {
    const failed = progressing('False', 'ReplicaSetCreateError', message, printTime(now()));
    const conditions = withCondition(deployment.status.conditions ?? [], failed);
    await client.updateStatus(deploymentKind, { ...deployment, status: { ...deployment.status, conditions } }, { signal });
  }
  events.record(deployment, 'Warning', 'ReplicaSetCreateError', message);
}
