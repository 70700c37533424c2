// Subresources that show an object in the shape of another kind (scale): read, written and patched like objects of that kind.

import { must } from '../../base/assert.ts';
import { applyDefaults } from '../../machinery/defaulting.ts';
import { draftOf } from '../../machinery/draft.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { conflictError, invalidError, MODIFIED } from '../../machinery/status-error.ts';
import { validate } from '../../machinery/validation.ts';
import type { ApiResponse } from '../api-request.ts';
import { decodeObject, enforceStrict } from '../decode-body.ts';
import { canonicalDraft, matchName, matchNamespace } from '../object-preparation.ts';
import type { ObjectDraft } from '../object-preparation.ts';
import { writeOptionsOf } from '../request-options.ts';
import type { WriteOptions } from '../request-options.ts';
import type { Scope } from '../scope.ts';
import type { ViewSubresource } from '../strategy.ts';
import { updateObject } from '../write-loop.ts';
import { patchObject, patchTypeOf, readPatch, versionNamedBy } from './apply-patch.ts';
import { findObject } from './get.ts';
import { PATCH_ROUNDS } from './patch.ts';

type View = ViewSubresource<KubeObject>;

const respond = (view: View, object: KubeObject): ApiResponse => ({
  status: 200,
  body: { kind: 'object', of: view.view, object: view.read(object) },
});

async function carryOver(scope: Scope, view: View, written: ObjectDraft, old: KubeObject, options: WriteOptions): Promise<ObjectDraft> {
  const { parts, namespace, name } = scope;
  const present = view.read(old);
  const { resourceVersion: given = '' } = written.metadata;
  if (given !== '' && given !== present.metadata.resourceVersion) throw conflictError(scope.resource, name, MODIFIED);
  const told = { object: written, old: present, dryRun: options.dryRun, options: options.given, kind: view.view };
  await parts.admission.mutate(scope.attributes('UPDATE', told));
  applyDefaults(view.view, written);
  const next = canonicalDraft(view.view, written) as KubeObject;
  const context = { operation: 'update' as const, subresource: scope.request.info.subresource, namespace };
  const draft = draftOf(old) as ObjectDraft;
  const found = validate(view.view, next, undefined, context);
  const problems = found.length > 0 ? found : view.write(next, draft);
  if (problems.length > 0) throw invalidError(view.view, name, problems);
  await parts.admission.validate(scope.attributes('UPDATE', { ...told, object: draftOf(next) as ObjectDraft }));
  return draft;
}

async function write(
  scope: Scope,
  view: View,
  options: WriteOptions,
  rounds: number | undefined,
  make: (present: KubeObject) => ObjectDraft,
): Promise<ApiResponse> {
  const { object } = await updateObject(scope, {
    options,
    admits: false,
    ...(rounds === undefined ? {} : { rounds }),
    next: (old) => {
      const present = must(old, 'the object behind a view');
      const written = make(view.read(present));
      matchNamespace(written, scope.namespace);
      matchName(written, scope.name);
      return carryOver(scope, view, written, present, options);
    },
  });
  return respond(view, object);
}

function update(scope: Scope, view: View): Promise<ApiResponse> {
  const { request } = scope;
  const options = writeOptionsOf(request, 'UpdateOptions');
  const { object, strict } = decodeObject(request.body, view.view);
  enforceStrict(view.view, strict, options.fieldValidation, (text) => request.warn(text));
  return write(scope, view, options, undefined, () => draftOf(object) as ObjectDraft);
}

function patch(scope: Scope, view: View): Promise<ApiResponse> {
  const type = patchTypeOf(scope);
  const options = writeOptionsOf(scope.request, 'PatchOptions', type);
  const given = readPatch(scope, type);
  const rounds = versionNamedBy(given) === '' ? PATCH_ROUNDS : 1;
  return write(scope, view, options, rounds, (present) => patchObject(scope, view.view, present, given, options));
}

/** Serves one request for a view. */
export async function serveView(scope: Scope, view: View, verb: 'get' | 'update' | 'patch'): Promise<ApiResponse> {
  if (verb === 'update') return update(scope, view);
  if (verb === 'patch') return patch(scope, view);
  return respond(view, (await findObject(scope)).object);
}
