// Brings an authorized request for a resource to its verb.

import { badRequestError, methodNotSupportedError, StatusError } from '../machinery/status-error.ts';
import type { ApiRequest, ApiResponse } from './api-request.ts';
import { verbsOf } from './registry.ts';
import type { ServedResource } from './registry.ts';
import { Scope } from './scope.ts';
import type { ServerParts } from './scope.ts';
import { create } from './verbs/create.ts';
import { deleteCollection } from './verbs/delete-collection.ts';
import { deleteOne } from './verbs/delete.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { update } from './verbs/update.ts';
import { serveView } from './verbs/view-subresource.ts';
import { watch } from './verbs/watch.ts';

const VERBS: Readonly<Record<string, (scope: Scope) => Promise<ApiResponse>>> = {
  get,
  list,
  watch,
  create,
  update: (scope) => update(scope),
  patch: (scope) => patch(scope),
  delete: deleteOne,
  deletecollection: deleteCollection,
};

/** 404 for a path that names nothing. */
export const unknownPathError = (): StatusError =>
  new StatusError({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });

/** 405 for a method that a path of the API never takes: POST to an object, PUT to a collection. */
const wrongMethodError = (): StatusError =>
  new StatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });

/**
 * Refuses names that are no single part of a path: they would be taken for the keys of other objects. A name of a namespaced object
 * means nothing without its namespace.
 */
function checkNames({ info }: ApiRequest, { kind }: ServedResource): void {
  const { verb, namespace, name } = info;
  // Lists and watches have their name from a selector, which chooses among objects and makes no key.
  if (name === '' || verb === 'list' || verb === 'watch') return;
  if (kind.scope === 'Namespaced' && namespace === '') throw unknownPathError();
  for (const part of [namespace, name]) {
    if (part.includes('/')) throw unknownPathError();
    const problem = part === '.' || part === '..' ? `may not be '${part}'` : part.includes('%') ? "may not contain '%'" : undefined;
    if (problem !== undefined) throw badRequestError(`Name parameter invalid: ${JSON.stringify(part)}: ${problem}`);
  }
}

const OF_ONE_OBJECT: ReadonlySet<string> = new Set(['update', 'patch']);

/** Serves a request for a resource. */
export function route(parts: ServerParts, request: ApiRequest): Promise<ApiResponse> {
  const { group, version, resource, subresource, name, verb } = request.info;
  const served = parts.registry.current.lookup(group, version, resource);
  if (served === undefined) throw unknownPathError();
  const { entry } = served;
  checkNames(request, served);
  if (subresource === '' && (verb === 'create' ? name !== '' : OF_ONE_OBJECT.has(verb) && name === '')) throw wrongMethodError();
  if (subresource !== '') return routeSubresource(parts, request, served);
  const handlers = entry.strategy.handlers ?? {};
  const handler = Object.hasOwn(handlers, verb) ? handlers[verb] : undefined;
  if (handler !== undefined) return handler(request, parts);
  const serve = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (serve === undefined || !verbsOf(entry).includes(verb)) throw methodNotSupportedError({ group, resource }, verb);
  return serve(new Scope(parts, request, served));
}

function routeSubresource(parts: ServerParts, request: ApiRequest, served: ServedResource): Promise<ApiResponse> {
  const { group, resource, subresource: name, verb } = request.info;
  const all = served.entry.strategy.subresources ?? {};
  const subresource = Object.hasOwn(all, name) ? all[name] : undefined;
  if (subresource === undefined) throw unknownPathError();
  const offered: readonly string[] = subresource.verbs;
  const takesAll = subresource.kind === 'action' && subresource.anyMethod === true;
  if (!takesAll && !offered.includes(verb)) throw methodNotSupportedError({ group, resource: `${resource}/${name}` }, verb);
  if (subresource.kind === 'action') return subresource.handle(request, parts);
  const scope = new Scope(parts, request, served);
  if (subresource.kind === 'view') return serveView(scope, subresource, verb as 'get' | 'update' | 'patch');
  if (verb === 'update') return update(scope, subresource);
  if (verb === 'patch') return patch(scope, subresource);
  return get(scope);
}
