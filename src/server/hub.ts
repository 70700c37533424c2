// Between the version of a request and the hub.

import { applyDefaults } from '../machinery/defaulting.ts';
import { draftOf } from '../machinery/draft.ts';
import type { KubeObject } from '../machinery/kind.ts';
import type { ApiResponse } from './api-request.ts';
import { encodedOf, inVersion } from './encoded.ts';
import type { ObjectDraft } from './object-preparation.ts';
import type { Scope } from './scope.ts';

/** A decoded object of the request's version as a draft in the hub version, defaulted as its own version says; the hub's own defaults are admission's. */
export function toHub(scope: Scope, draft: ObjectDraft): ObjectDraft {
  const { kind, version } = scope.served;
  if (kind !== scope.hub) applyDefaults(kind, draft);
  return version.toHub === undefined ? draft : (draftOf(version.toHub(draft as KubeObject)) as ObjectDraft);
}

/** The response that shows a hub object in the request's version. */
export function objectResponse(scope: Scope, object: KubeObject, status: number): ApiResponse {
  const { kind, version } = scope.served;
  const shown = inVersion(object, version);
  return { status, body: { kind: 'object', of: kind, object: shown, encoded: encodedOf(shown, kind) } };
}
