// pods/binding, and POST to bindings: puts a Pod on a node, once.

import { binding } from '../../../api/core/v1/binding.ts';
import type { Binding } from '../../../api/core/v1/binding.ts';
import { withPodCondition } from '../../../api/core/v1/pod-conditions.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { PodCondition } from '../../../api/core/v1/pod-status.ts';
import { must } from '../../../base/assert.ts';
import { defineResource } from '../../../machinery/resource.ts';
import { draftOf } from '../../../machinery/draft.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { notSupported, required } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { badRequestError, conflictError, MODIFIED, notFoundError, StatusError } from '../../../machinery/status-error.ts';
import { printProblems } from '../../../machinery/problem.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { ApiRequest, ApiResponse } from '../../../server/api-request.ts';
import { decodeObject, enforceStrict } from '../../../server/decode-body.ts';
import { canonicalDraft, matchNamespace } from '../../../server/object-preparation.ts';
import { writeOptionsOf } from '../../../server/request-options.ts';
import type { WriteOptions } from '../../../server/request-options.ts';
import { Scope } from '../../../server/scope.ts';
import type { ServerParts } from '../../../server/scope.ts';
import { commitObject, liveObject } from '../../../server/storage.ts';
import type { ActionSubresource, Strategy } from '../../../server/strategy.ts';

const PODS = { group: '', resource: 'pods' };
const BINDINGS = { group: '', resource: 'pods/binding' };
const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

function problemsOf({ target }: Binding): Problem[] {
  const at = FieldPath.root.child('target');
  const { kind = '', name = '' } = target;
  const problems: Problem[] = [];
  if (kind !== '' && kind !== 'Node') problems.push(notSupported(at.child('kind'), kind, ['Node', '<empty>']));
  if (name === '') problems.push(required(at.child('name')));
  return problems;
}

/** Why the Pod cannot be put anywhere. */
function refusal({ metadata, spec }: Pod): string | undefined {
  const { name = '' } = metadata;
  if (metadata.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if ((spec.nodeName ?? '') !== '') return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  return (spec.schedulingGates ?? []).length > 0 ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

function assigned(object: Pod, { metadata, target }: Binding, nowMs: number): Draft<Pod> {
  const draft = draftOf(object);
  draft.spec.nodeName = target.name ?? '';
  delete draft.status.nominatedNodeName;
  if (metadata.annotations !== undefined) draft.metadata.annotations = { ...draft.metadata.annotations, ...metadata.annotations };
  if (metadata.labels !== undefined) draft.metadata.labels = { ...draft.metadata.labels, ...metadata.labels };
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: printTime(nowMs) } as PodCondition;
  draft.status.conditions = draftOf(withPodCondition(object.status.conditions, scheduled)) as Draft<PodCondition>[];
  return draft;
}

function checkSeen({ metadata }: Pod, given: Binding): void {
  const { uid = '', resourceVersion = '' } = given.metadata;
  const { name = '' } = metadata;
  if (uid !== '' && uid !== metadata.uid)
    throw conflictError(BINDINGS, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`);
  if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) throw conflictError(PODS, name, MODIFIED);
}

/** Writes the node into the Pod; no field of it but those of a binding is looked at again. */
async function assign(scope: Scope, given: Binding, options: WriteOptions): Promise<void> {
  const { cache, request, parts } = scope;
  const name = given.metadata.name ?? '';
  const key = cache.keyOf(scope.namespace, name);
  for (;;) {
    const current = await liveObject(cache, key, request);
    if (current === undefined) throw notFoundError(PODS, name);
    const object = current.object as Pod;
    checkSeen(object, given);
    const why = refusal(object);
    if (why !== undefined) throw conflictError(BINDINGS, name, why);
    const next = canonicalDraft(pod as Kind, assigned(object, given, parts.clock.now())) as KubeObject;
    const outcome = await commitObject(cache, scope, { key, object: next, expected: current, dryRun: options.dryRun });
    if (outcome.object !== undefined) return;
    request.signal.throwIfAborted();
  }
}

async function bind(request: ApiRequest, parts: ServerParts, named: string | undefined): Promise<ApiResponse> {
  const options = writeOptionsOf(request, 'CreateOptions');
  const { object, strict } = decodeObject(request.body, binding as Kind);
  enforceStrict(binding as Kind, strict, options.fieldValidation, (text) => request.warn(text));
  matchNamespace(object, request.info.namespace);
  const given = object as Binding;
  if (named !== undefined && named !== given.metadata.name) throw badRequestError('name in URL does not match name in Binding object');
  const problems = problemsOf(given);
  if (problems.length > 0) throw new StatusError({ code: 500, reason: '', message: printProblems(problems) });
  const scope = new Scope(parts, request, must(parts.registry.current.lookup('', 'v1', 'pods'), 'pods'));
  const told = {
    object,
    old: undefined,
    dryRun: options.dryRun,
    options: options.given,
    kind: binding as Kind,
    name: given.metadata.name ?? '',
  };
  await parts.admission.mutate(scope.attributes('CREATE', told));
  await parts.admission.validate(scope.attributes('CREATE', told));
  await assign(scope, given, options);
  return { status: 201, body: { kind: 'object', of: undefined, object: SUCCESS } };
}

export const bindingSubresource: ActionSubresource = {
  kind: 'action',
  verbs: ['create'],
  responds: binding as Kind,
  handle: (request, parts) => bind(request, parts, request.info.name),
};

/** The older way to the same end. */
export const bindings: Strategy = {
  definition: defineResource({ hub: binding as Kind }),
  verbs: ['create'],
  handlers: { create: (request, parts) => bind(request, parts, undefined) },
};
