// Serves OpenAPI: /openapi/v2 whole, /openapi/v3 as an index of one document for each group and version.
//
// O1. Documents are built when first asked for, once for each state of the registry.

import { MEDIA_TYPES, negotiate } from '../http/negotiation.ts';
import { notAcceptableError } from '../../machinery/status-error.ts';
import type { ApiRequest, ApiResponse } from '../api-request.ts';
import { openApiPathOf, openApiV2, openApiV3 } from '../openapi-documents.ts';
import type { RegistrySnapshot, ResourceRegistry, ServedResource } from '../registry.ts';
import { etagOf, withEtag } from './etag.ts';
import type { Endpoint } from './non-resource.ts';

interface Documents {
  readonly snapshot: RegistrySnapshot;
  readonly groups: ReadonlyMap<string, readonly ServedResource[]>;
  readonly built: Map<string, Uint8Array>;
}

const bytesOf = (document: object): Uint8Array => Buffer.from(JSON.stringify(document));

class OpenApiCache {
  readonly #registry: ResourceRegistry;
  #documents: Documents | undefined;

  constructor(registry: ResourceRegistry) {
    this.#registry = registry;
  }

  whole(): Uint8Array {
    const { built, snapshot } = this.#current();
    return this.#built(built, 'v2', () => openApiV2(snapshot.served));
  }

  /** The document at `api/v1` or `apis/apps/v1`; undefined where nothing is served. */
  of(path: string): Uint8Array | undefined {
    const { built, groups } = this.#current();
    const resources = groups.get(path);
    return resources === undefined ? undefined : this.#built(built, path, () => openApiV3(resources));
  }

  /** Where each document is found; the hash changes with its content. */
  index(): Uint8Array {
    const { groups } = this.#current();
    const paths = [...groups.keys()].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.hashOf(path)}` }]);
    return bytesOf({ paths: Object.fromEntries(paths) });
  }

  hashOf(path: string): string {
    return etagOf(this.of(path) ?? new Uint8Array()).slice(1, -1);
  }

  #built(built: Map<string, Uint8Array>, key: string, make: () => object): Uint8Array {
    let bytes = built.get(key);
    if (bytes === undefined) built.set(key, (bytes = bytesOf(make())));
    return bytes;
  }

  #current(): Documents {
    const snapshot = this.#registry.current;
    if (this.#documents?.snapshot !== snapshot) {
      this.#documents = { snapshot, groups: Map.groupBy(snapshot.served, ({ kind }) => openApiPathOf(kind)), built: new Map() };
    }
    return this.#documents;
  }
}

/** Whether the client takes JSON; clients that want protobuf alone fall back to it when refused. */
function acceptJson(request: ApiRequest): void {
  if (negotiate(request.accept, { projections: () => false, pretty: false })?.mediaType !== 'application/json')
    throw notAcceptableError(MEDIA_TYPES);
}

/** The endpoints of both versions. */
export function openApiEndpoints(registry: ResourceRegistry): Endpoint[] {
  const cache = new OpenApiCache(registry);
  const json = (request: ApiRequest, bytes: Uint8Array): ApiResponse => withEtag(request, 'application/json', bytes);
  return [
    {
      path: '/openapi/v2',
      handle(request) {
        acceptJson(request);
        return json(request, cache.whole());
      },
    },
    {
      path: '/openapi/v3',
      handle(request) {
        acceptJson(request);
        return json(request, cache.index());
      },
    },
    {
      path: '/openapi/v3/',
      handle(request) {
        const path = request.info.path.slice('/openapi/v3/'.length);
        const bytes = cache.of(path);
        if (bytes === undefined) return undefined;
        acceptJson(request);
        const hash = request.query.get('hash');
        if (hash === null) return json(request, bytes);
        const current = cache.hashOf(path);
        // A document under its hash never changes; an old hash leads to the present one.
        if (hash !== current) return { status: 301, headers: { location: `/openapi/v3/${path}?hash=${current}` }, body: { kind: 'empty' } };
        return withEtag(request, 'application/json', bytes, { 'cache-control': 'public, immutable' });
      },
    },
  ];
}
