// Serves discovery: at each path the legacy document, at /api and /apis also the aggregated one.
//
// D1. Documents are built once for each state of the registry.

import { notAcceptableError, StatusError } from '../../machinery/status-error.ts';
import type { ApiRequest, ApiResponse } from '../api-request.ts';
import { aggregatedDiscovery, apiGroup, apiGroupList, apiVersions, resourceList, servedGroups } from '../discovery/documents.ts';
import type { ServedGroup } from '../discovery/documents.ts';
import { encodeValue } from '../http/encode-object.ts';
import { MEDIA_TYPES, negotiate } from '../http/negotiation.ts';
import type { RegistrySnapshot, ResourceRegistry } from '../registry.ts';
import { withEtag } from './etag.ts';

interface Documents {
  readonly snapshot: RegistrySnapshot;
  readonly groups: readonly ServedGroup[];
  readonly encoded: Map<string, Uint8Array>;
}

/** The version of apidiscovery.k8s.io that the first satisfiable clause asks for; undefined for the legacy document. */
function aggregatedVersion(accept: string): string | undefined {
  for (const clause of accept.split(',')) {
    const [type, ...parameters] = clause.split(';').map((part) => part.trim());
    if (type !== 'application/json') {
      if (MEDIA_TYPES.some((known) => known === type)) return undefined;
      continue;
    }
    if (parameters.length === 0) return undefined;
    if (parameters.includes('as=APIGroupDiscoveryList') && parameters.includes('g=apidiscovery.k8s.io')) {
      const version = parameters.find((parameter) => parameter.startsWith('v='))?.slice(2);
      if (version === 'v2') return version;
    }
  }
  return undefined;
}

/** Answers discovery paths; undefined for a path that names nothing served. */
export class DiscoveryEndpoint {
  readonly #registry: ResourceRegistry;
  readonly #priorities: readonly string[];
  readonly #serverAddress: () => string;
  #documents: Documents | undefined;

  constructor(registry: ResourceRegistry, options: { readonly groupPriorities: readonly string[]; readonly serverAddress: () => string }) {
    this.#registry = registry;
    this.#priorities = options.groupPriorities;
    this.#serverAddress = options.serverAddress;
  }

  answer(request: ApiRequest): ApiResponse | undefined {
    const [root, ...rest] = request.info.path.split('/').filter((part) => part !== '');
    if (root !== 'api' && root !== 'apis') return undefined;
    const documents = this.#current();
    const aggregated = rest.length === 0 ? aggregatedVersion(request.accept) : undefined;
    if (aggregated !== undefined) {
      const groups = documents.groups.filter(({ name }) => (root === 'api') === (name === ''));
      const bytes = this.#encoded(documents, `${root}?${aggregated}`, () =>
        Buffer.from(`${JSON.stringify(aggregatedDiscovery(groups, aggregated))}\n`),
      );
      return withEtag(request, `application/json;g=apidiscovery.k8s.io;v=${aggregated};as=APIGroupDiscoveryList`, bytes);
    }
    const document = this.#legacy(root, rest, documents.groups);
    if (document === undefined) return undefined;
    const how = negotiate(request.accept, { projections: () => false, pretty: request.query.has('pretty') });
    // These documents have no protobuf schema here; clients that ask for it accept JSON as well.
    if (how === undefined) throw notAcceptableError(MEDIA_TYPES);
    const mediaType = how.mediaType === 'application/vnd.kubernetes.protobuf' ? 'application/json' : how.mediaType;
    return withEtag(request, mediaType, encodeValue(document, { ...how, mediaType }));
  }

  #current(): Documents {
    const snapshot = this.#registry.current;
    if (this.#documents?.snapshot !== snapshot)
      this.#documents = { snapshot, groups: servedGroups(snapshot, this.#priorities), encoded: new Map() };
    return this.#documents;
  }

  #encoded({ encoded }: Documents, key: string, make: () => Uint8Array): Uint8Array {
    let bytes = encoded.get(key);
    if (bytes === undefined) encoded.set(key, (bytes = make()));
    return bytes;
  }

  #legacy(root: string, rest: readonly string[], groups: readonly ServedGroup[]): object | undefined {
    if (rest.length === 0) return root === 'api' ? apiVersions(this.#serverAddress()) : apiGroupList(groups);
    const [name = '', version] = root === 'api' ? ['', ...rest] : rest;
    const group = groups.find((each) => each.name === name);
    if (group === undefined || rest.length > (root === 'api' ? 1 : 2)) return undefined;
    if (version === undefined) return apiGroup(group);
    const served = group.versions.find((each) => each.version === version);
    return served === undefined ? undefined : resourceList(name, version, served.resources);
  }
}

/** The 404 of a path that nothing serves, in the words that clients print. */
export const noSuchPath = (): StatusError =>
  new StatusError({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });
