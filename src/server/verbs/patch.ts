// PATCH: a change of an object in one of four languages, made again when another write was faster.

import type { KubeObject } from '../../machinery/kind.ts';
import { notFoundError } from '../../machinery/status-error.ts';
import type { ApiResponse } from '../api-request.ts';
import { inVersion } from '../encoded.ts';
import { objectResponse, toHub } from '../hub.ts';
import { matchName, matchNamespace } from '../object-preparation.ts';
import type { ObjectDraft } from '../object-preparation.ts';
import { writeOptionsOf } from '../request-options.ts';
import type { Scope } from '../scope.ts';
import type { ObjectSubresource } from '../strategy.ts';
import { updateObject } from '../write-loop.ts';
import { APPLY_PATCH, patchObject, patchTypeOf, readPatch, versionNamedBy } from './apply-patch.ts';
import { authorizeCreate } from './update.ts';

/** How often a patch is made anew; one that names a resourceVersion is tried once. */
export const PATCH_ROUNDS = 5;

export async function patch(scope: Scope, subresource?: ObjectSubresource<KubeObject>): Promise<ApiResponse> {
  const { request, kind, namespace, name } = scope;
  const type = patchTypeOf(scope);
  const options = writeOptionsOf(request, 'PatchOptions', type);
  const given = readPatch(scope, type);
  const next = (old: KubeObject | undefined): ObjectDraft => {
    const live = old === undefined ? undefined : inVersion(old, scope.served.version);
    if (live === undefined && type !== APPLY_PATCH) throw notFoundError(scope.resource, name);
    const draft = patchObject(scope, kind, live, given, options);
    matchNamespace(draft, namespace);
    matchName(draft, name);
    return toHub(scope, draft);
  };
  const result = await updateObject(scope, {
    options,
    next,
    createsMissing: type === APPLY_PATCH && subresource === undefined,
    mayCreate: () => authorizeCreate(scope),
    rounds: versionNamedBy(given) === '' ? PATCH_ROUNDS : 1,
    subresource,
  });
  return objectResponse(scope, result.object, result.created ? 201 : 200);
}
