// pods/eviction: deletes a Pod, unless that would take too many of those that its PodDisruptionBudget guards.

import { isPodReady, withPodCondition } from '../../../api/core/v1/pod-conditions.ts';
import { isTerminalPhase } from '../../../api/core/v1/pod-phase.ts';
import type { PodCondition } from '../../../api/core/v1/pod-status.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { eviction } from '../../../api/policy/v1/eviction.ts';
import type { Eviction } from '../../../api/policy/v1/eviction.ts';
import { podDisruptionBudget } from '../../../api/policy/v1/pod-disruption-budget.ts';
import type { PodDisruptionBudget } from '../../../api/policy/v1/pod-disruption-budget.ts';
import type { DeleteOptions } from '../../../api/meta/v1/options.ts';
import { must } from '../../../base/assert.ts';
import { draftOf } from '../../../machinery/draft.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { matchesLabels } from '../../../machinery/selectors/label-selector.ts';
import { badRequestError, conflictError, forbiddenError, isStatus, MODIFIED, StatusError } from '../../../machinery/status-error.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { ApiRequest, ApiResponse } from '../../../server/api-request.ts';
import { decodeObject, enforceStrict } from '../../../server/decode-body.ts';
import { canonicalDraft, matchNamespace } from '../../../server/object-preparation.ts';
import { writeOptionsOf } from '../../../server/request-options.ts';
import { Scope } from '../../../server/scope.ts';
import type { ServerParts } from '../../../server/scope.ts';
import { commitObject, liveObject } from '../../../server/storage.ts';
import type { ActionSubresource } from '../../../server/strategy.ts';
import { deleteNamed } from '../../../server/verbs/delete.ts';
import { podOf } from './pod-target.ts';

const WOULD_VIOLATE = "Cannot evict pod as it would violate the pod's disruption budget.";
const MOST_DISRUPTED = 2000;
const BUDGETS = { group: 'policy', resource: 'poddisruptionbudget' };
const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
const ROUNDS = 20;

function tooMany(retryAfterSeconds: number, why: string): StatusError {
  const retry = retryAfterSeconds === 0 ? {} : { retryAfterSeconds };
  return new StatusError({
    code: 429,
    reason: 'TooManyRequests',
    message: WOULD_VIOLATE,
    details: { causes: [{ reason: 'DisruptionBudget', message: why }], ...retry },
  });
}

/** Why a budget with nothing left has nothing left. */
function exhausted({ metadata, status }: PodDisruptionBudget): string {
  const name = metadata.name ?? '';
  const condition = status.conditions?.find(
    ({ type, status: is, message }) => type === 'DisruptionAllowed' && is === 'False' && message !== '',
  );
  if (condition?.reason === 'SyncFailed')
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`;
  if (status.currentHealthy <= status.desiredHealthy)
    return `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`;
  const plain = `The disruption budget ${name} does not allow evicting pods currently`;
  return condition === undefined ? plain : `${plain} (${condition.reason}): ${condition.message}`;
}

/** Throws unless the budget allows one Pod less. */
export function checkBudget({ metadata, status }: PodDisruptionBudget): void {
  const name = metadata.name ?? '';
  if (Number(status.observedGeneration ?? 0) < Number(metadata.generation ?? 0)) {
    throw tooMany(10, `The disruption budget ${name} is still being processed by the server.`);
  }
  if (status.disruptionsAllowed < 0) throw forbiddenError(BUDGETS, name, 'pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > MOST_DISRUPTED) {
    throw forbiddenError(BUDGETS, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (status.disruptionsAllowed === 0) throw tooMany(0, exhausted({ metadata, status } as PodDisruptionBudget));
}

/** Whether a Pod that is not ready may go without being counted: it guards nothing now. */
function freeToGo(target: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isPodReady(target)) return false;
  return spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0);
}

function decremented(object: PodDisruptionBudget, podName: string, nowMs: number): KubeObject {
  const draft = draftOf(object);
  draft.status.disruptionsAllowed -= 1;
  draft.status.disruptedPods = { ...draft.status.disruptedPods, [podName]: printTime(nowMs) };
  if (draft.status.disruptionsAllowed === 0) {
    const condition = draft.status.conditions?.find(({ type }) => type === 'DisruptionAllowed');
    if (condition !== undefined && condition.status !== 'False')
      Object.assign(condition, { status: 'False', reason: 'InsufficientPods', lastTransitionTime: printTime(nowMs) });
  }
  return canonicalDraft(podDisruptionBudget as Kind, draft) as KubeObject;
}

/** Takes one from the budget, so that two evictions at once do not share it. */
async function takeFromBudget(
  request: ApiRequest,
  parts: ServerParts,
  budget: PodDisruptionBudget,
  podName: string,
  dryRun: boolean,
): Promise<void> {
  const served = must(parts.registry.current.lookup('policy', 'v1', 'poddisruptionbudgets'), 'poddisruptionbudgets');
  const scope = new Scope(parts, request, served);
  const name = budget.metadata.name ?? '';
  const key = scope.cache.keyOf(request.info.namespace, name);
  for (let round = 0; round < ROUNDS; round++) {
    const current = await liveObject(scope.cache, key, request);
    // A budget that is gone guards nothing.
    if (current === undefined) return;
    const object = current.object as PodDisruptionBudget;
    checkBudget(object);
    const outcome = await commitObject(scope.cache, scope, {
      key,
      object: decremented(object, podName, parts.clock.now()),
      expected: current,
      dryRun,
    });
    if (outcome.object !== undefined) return;
  }
  throw conflictError(BUDGETS, name, MODIFIED);
}

/** Whether Pods like this one are evicted without asking any budget. */
const unguarded = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || status.phase === 'Pending' || isTerminalPhase(status.phase);

async function askBudgets(request: ApiRequest, parts: ServerParts, target: Pod, dryRun: boolean): Promise<{ readonly uncounted: boolean }> {
  const { namespace, name } = request.info;
  const all = await parts.lookups.liveList(podDisruptionBudget, request.signal, namespace);
  const [budget, ...more] = all.filter(({ spec }) => matchesLabels(spec.selector, target.metadata.labels));
  if (more.length > 0) {
    throw new StatusError({
      code: 500,
      reason: '',
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
  }
  if (budget === undefined) return { uncounted: false };
  if (freeToGo(target, budget)) return { uncounted: true };
  await takeFromBudget(request, parts, budget, name, dryRun);
  return { uncounted: false };
}

/** Says on the Pod why it goes; the answer is the Pod as it was written, undefined when it is gone. */
async function markDisrupted(scope: Scope, parts: ServerParts, key: string, signal: AbortSignal): Promise<KubeObject | undefined> {
  for (let round = 0; round < ROUNDS; round++) {
    const current = await liveObject(scope.cache, key, { signal });
    if (current === undefined) return undefined;
    const draft = draftOf(current.object as Pod);
    // A time that was never is not written.
    const condition: Omit<PodCondition, 'lastProbeTime'> = {
      type: 'DisruptionTarget',
      observedGeneration: draft.metadata.generation,
      status: 'True',
      lastTransitionTime: printTime(parts.clock.now()),
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    };
    draft.status.conditions = draftOf(withPodCondition(draft.status.conditions, condition as PodCondition));
    const object = canonicalDraft(pod as Kind, draft) as KubeObject;
    const outcome = await commitObject(scope.cache, scope, { key, object, expected: current, dryRun: false });
    if (outcome.object !== undefined) return outcome.object;
  }
  throw conflictError({ group: '', resource: 'pods' }, scope.request.info.name, MODIFIED);
}

async function evict(request: ApiRequest, parts: ServerParts): Promise<ApiResponse> {
  const { namespace, name } = request.info;
  const options = writeOptionsOf(request, 'CreateOptions');
  const { object, strict } = decodeObject(request.body, eviction as Kind);
  enforceStrict(eviction as Kind, strict, options.fieldValidation, (text) => request.warn(text));
  matchNamespace(object, namespace);
  if (object.metadata.name !== name) throw badRequestError('name in URL does not match name in Eviction object');
  const asked: DeleteOptions = (object as Eviction).deleteOptions ?? {};
  const dryRun = options.dryRun || (asked.dryRun ?? []).length > 0;
  const scope = new Scope(parts, request, must(parts.registry.current.lookup('', 'v1', 'pods'), 'pods'));
  const told = { object, old: undefined, dryRun, options: options.given, kind: eviction as Kind, name };
  await parts.admission.mutate(scope.attributes('CREATE', told));
  await parts.admission.validate(scope.attributes('CREATE', told));
  const target = await podOf(request, parts.lookups);
  const { uncounted } = unguarded(target) ? { uncounted: false } : await askBudgets(request, parts, target, dryRun);
  const wanted = asked.preconditions?.resourceVersion;
  // A Pod of another revision than was asked for is left alone: the deletion below refuses it.
  const marks = !dryRun && (wanted === undefined || wanted === target.metadata.resourceVersion);
  const marked = marks ? await markDisrupted(scope, parts, scope.cache.keyOf(namespace, name), request.signal) : undefined;
  const { resourceVersion = '' } = (marked ?? target).metadata;
  const pinned = uncounted && wanted === undefined;
  const byRevision = pinned || (wanted !== undefined && marks);
  const given: DeleteOptions = {
    ...asked,
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(byRevision ? { preconditions: { ...asked.preconditions, resourceVersion } } : {}),
  };
  try {
    await deleteNamed(scope, name, namespace, given);
  } catch (error) {
    // It may have become ready since it was looked at: the client asks again.
    if (pinned && isStatus(error, 'Conflict')) throw tooMany(10, `The disruption budget is still being processed by the server.`);
    throw error;
  }
  return { status: 201, body: { kind: 'object', of: undefined, object: SUCCESS } };
}

export const evictionSubresource: ActionSubresource = { kind: 'action', verbs: ['create'], responds: eviction as Kind, handle: evict };
