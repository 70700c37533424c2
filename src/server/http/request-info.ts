// Reads off a method and a path what a request asks for.

import type { RequestInfo } from '../api-request.ts';

/** Subresources of namespaces; any other third part names a resource within the namespace. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** A query flag as upstream reads it: present and neither `false` nor `0`. */
export function queryFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

function notResource(method: string, path: string): RequestInfo {
  const verb = method.toLowerCase();
  return {
    isResourceRequest: false,
    verb,
    path,
    apiPrefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts: [],
  };
}

function decoded(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    // Not an escape sequence: the text as it stands, which then names nothing.
    return part;
  }
}

/** The parts of a path that are not empty, decoded. */
function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (let at = path.indexOf('/') + 1; at <= path.length;) {
    const slash = path.indexOf('/', at);
    const end = slash === -1 ? path.length : slash;
    if (end > at) parts.push(decoded(path.slice(at, end)));
    at = end + 1;
  }
  return parts;
}

/** What `method path?query` asks for. See https://kubernetes.io/docs/reference/using-api/api-concepts/ (Resource URIs). */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const rest = partsOf(path);
  const apiPrefix = rest.shift() ?? '';
  const grouped = apiPrefix === 'apis';
  if (!(grouped || apiPrefix === 'api') || rest.length < (grouped ? 3 : 2)) return notResource(method, path);
  const group = grouped ? (rest.shift() ?? '') : '';
  const version = rest.shift() ?? '';
  let verb = VERBS[method] ?? '';
  if (rest[0] === 'watch' && rest.length > 1) {
    rest.shift();
    verb = 'watch';
  }
  let namespace = '';
  if (rest[0] === 'namespaces') {
    namespace = rest[1] ?? '';
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? '')) rest.splice(0, 2);
  }
  const [resource = '', name = '', subresource = '', ...parts] = rest;
  const info = { isResourceRequest: true, path, apiPrefix, group, version, namespace, resource, subresource, parts };
  if (name !== '' || verb === 'watch') return { ...info, verb, name };
  if (verb === 'get') return { ...info, verb: queryFlag(query, 'watch') ? 'watch' : 'list', name: nameSelected(query) };
  if (verb === 'delete') return { ...info, verb: 'deletecollection', name: '' };
  return { ...info, verb, name: '' };
}

/** A list of one name counts as a request for that name when it is authorized. */
export function nameSelected(query: URLSearchParams): string {
  return /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';
}
