// UPDATE: PUT of a whole object, or of a subresource that is part of it.

import { draftOf } from '../../machinery/draft.ts';
import { StatusError } from '../../machinery/status-error.ts';
import type { ApiResponse } from '../api-request.ts';
import { attributesOf, forbiddenByAuthorizer } from '../authorizer.ts';
import { decodeObject, enforceStrict } from '../decode-body.ts';
import { objectResponse, toHub } from '../hub.ts';
import { dedupOwners, matchName, matchNamespace } from '../object-preparation.ts';
import type { ObjectDraft } from '../object-preparation.ts';
import { writeOptionsOf } from '../request-options.ts';
import type { Scope } from '../scope.ts';
import type { ObjectSubresource } from '../strategy.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { updateObject } from '../write-loop.ts';

/** Refuses an update that would create something its user may not create. */
export async function authorizeCreate({ request, parts }: Scope): Promise<void> {
  const attributes = { ...attributesOf(request), verb: 'create' };
  const decision = await parts.authorizer.authorize(attributes);
  if (decision.allowed) return;
  if (decision.error !== undefined)
    throw new StatusError({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${decision.error}` });
  throw forbiddenByAuthorizer(attributes, decision.reason);
}

export async function update(scope: Scope, subresource?: ObjectSubresource<KubeObject>): Promise<ApiResponse> {
  const { request, kind, namespace, name } = scope;
  const warn = (text: string): void => request.warn(text);
  const options = writeOptionsOf(request, 'UpdateOptions');
  const { object, strict } = decodeObject(request.body, kind);
  enforceStrict(kind, strict, options.fieldValidation, warn);
  matchNamespace(object, namespace);
  matchName(object, name);
  dedupOwners(object, '', warn);
  const given = toHub(scope, object);
  const result = await updateObject(scope, {
    options,
    next: () => draftOf(given) as ObjectDraft,
    uid: object.metadata.uid,
    createsMissing: subresource === undefined && scope.strategy.allowsCreateOnUpdate,
    mayCreate: () => authorizeCreate(scope),
    subresource,
  });
  return objectResponse(scope, result.object, result.created ? 201 : 200);
}
