// CREATE: POST of a new object to a collection.

import type { ApiResponse } from '../api-request.ts';
import { decodeObject, enforceStrict } from '../decode-body.ts';
import { objectResponse, toHub } from '../hub.ts';
import { dedupOwners, matchNamespace, wipeSystemFields } from '../object-preparation.ts';
import { writeOptionsOf } from '../request-options.ts';
import type { Scope } from '../scope.ts';
import { createObject } from '../write-loop.ts';

export async function create(scope: Scope): Promise<ApiResponse> {
  const { request, kind, namespace } = scope;
  const warn = (text: string): void => request.warn(text);
  const options = writeOptionsOf(request, 'CreateOptions');
  const { object, strict } = decodeObject(request.body, kind);
  enforceStrict(kind, strict, options.fieldValidation, warn);
  wipeSystemFields(object);
  matchNamespace(object, namespace);
  dedupOwners(object, '', warn);
  return objectResponse(scope, await createObject(scope, toHub(scope, object), options), 201);
}
