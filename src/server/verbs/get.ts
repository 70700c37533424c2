// GET of one object: the newest, or one that is not older than a revision.

import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { ServedVersion } from '../../machinery/resource.ts';
import { badRequestError, notFoundError } from '../../machinery/status-error.ts';
import type { ApiResponse, EncodedObject } from '../api-request.ts';
import type { CachedObject } from '../cache/cached-object.ts';
import { encodedItem, inVersion } from '../encoded.ts';
import type { Scope } from '../scope.ts';
import { parseResourceVersion, waitForRevision } from './resource-version.ts';

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

/** Shows a cached object; decoded only by those who look at it. */
class CachedBody {
  readonly kind = 'object';
  readonly of: Kind;
  readonly encoded: EncodedObject;
  readonly #found: CachedObject;
  readonly #version: ServedVersion;

  constructor(found: CachedObject, version: ServedVersion) {
    this.of = version.kind;
    this.encoded = encodedItem(found, version);
    this.#found = found;
    this.#version = version;
  }

  get object(): KubeObject {
    return inVersion(this.#found.object, this.#version);
  }
}

export async function get(scope: Scope): Promise<ApiResponse> {
  return { status: 200, body: new CachedBody(await findObject(scope), scope.served.version) };
}
