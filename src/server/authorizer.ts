// Authorization as the pipeline asks for it, and the refusal that a client sees. Implementations are the API server's.

import { forbiddenError } from '../machinery/status-error.ts';
import type { StatusError } from '../machinery/status-error.ts';
import type { ApiRequest } from './api-request.ts';
import type { User } from './user.ts';

/** Who wants to do what to which resource or path. */
export interface AuthorizationAttributes {
  readonly user: User;
  readonly verb: string;
  readonly isResourceRequest: boolean;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** Refused for good: no other authorizer is asked. */
  readonly denied?: boolean;
  readonly reason: string;
  /** What went wrong while deciding; an allowed request goes on all the same. */
  readonly error?: string;
}

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): Promise<Decision> | Decision;
}

/** Lets everybody do everything: for tests and for servers that authorize elsewhere. */
export const allowAll: Authorizer = { authorize: () => ({ allowed: true, reason: '' }) };

/** What a request is authorized for. */
export function attributesOf(request: ApiRequest): AuthorizationAttributes {
  const { info, user, query } = request;
  return {
    user,
    verb: info.verb,
    isResourceRequest: info.isResourceRequest,
    path: info.path,
    group: info.group,
    version: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    labelSelector: query.get('labelSelector') ?? undefined,
  };
}

const sanitize = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function describe(attributes: AuthorizationAttributes): string {
  const { user, verb, isResourceRequest, path, group, resource, subresource, namespace } = attributes;
  const name = JSON.stringify(user.name);
  if (!isResourceRequest) return `User ${name} cannot ${verb} path ${JSON.stringify(path)}`;
  const shown = subresource === '' ? resource : `${resource}/${subresource}`;
  const what = `User ${name} cannot ${verb} resource ${JSON.stringify(shown)} in API group ${JSON.stringify(group)}`;
  return namespace === '' ? `${what} at the cluster scope` : `${what} in the namespace ${JSON.stringify(namespace)}`;
}

/** The 403 of a request that no authorizer allowed. */
export function forbiddenByAuthorizer(attributes: AuthorizationAttributes, reason: string): StatusError {
  const message = sanitize(describe(attributes));
  const { group, resource, name } = attributes;
  return forbiddenError({ group, resource }, name, reason === '' ? message : `${message}: ${reason}`);
}
