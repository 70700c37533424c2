// GET of one object: the newest, or one that is not older than a revision.

import { notFoundError } from '../../machinery/status-error.ts';
import type { ApiResponse } from '../api-request.ts';
import type { CachedObject } from '../cache/cached-object.ts';
import { encodedItem, inVersion } from '../encoded.ts';
import type { Scope } from '../scope.ts';
import { parseResourceVersion, waitForRevision } from './resource-version.ts';
import { badRequestError } from '../../machinery/status-error.ts';

/** The object that a request names, as new as it asks for; 404 when there is none. */
export async function findObject(scope: Scope): Promise<CachedObject> {
  const { cache, request, name, namespace } = scope;
  const parsed = parseResourceVersion(request.query.get('resourceVersion') ?? '');
  if (!parsed.ok) throw badRequestError(`invalid resource version: ${parsed.error}`);
  if (parsed.value === 'newest') await cache.fresh(request);
  else await waitForRevision(scope, parsed.value);
  const found = cache.get(cache.keyOf(namespace, name));
  if (found === undefined) throw notFoundError(scope.resource, name);
  return found;
}

export async function get(scope: Scope): Promise<ApiResponse> {
  const found = await findObject(scope);
  const { version, kind } = scope.served;
  const body = {
    kind: 'object' as const,
    of: kind,
    encoded: encodedItem(found, version),
    /** Decoded only by those who look at it. */
    get object() {
      return inVersion(found.object, version);
    },
  };
  return { status: 200, body };
}
