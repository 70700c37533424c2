// Impersonation: a user who may do so acts as another, named by headers.

import { badRequestError } from '../machinery/status-error.ts';
import type { ApiRequest } from './api-request.ts';
import { forbiddenByAuthorizer } from './authorizer.ts';
import type { AuthorizationAttributes, Authorizer } from './authorizer.ts';
import { PendingRequest } from './pending-request.ts';
import type { RequestFields } from './pending-request.ts';
import type { User } from './user.ts';

const EXTRA = 'impersonate-extra-';
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const valuesOf = (header: string | undefined): string[] =>
  header === undefined || header === '' ? [] : header.split(',').map((each) => each.trim());

const PREFIX = 'impersonate-';

function impersonates(headers: ApiRequest['headers']): boolean {
  for (const header in headers) if (header.startsWith(PREFIX)) return true;
  return false;
}

function wantedOf(headers: ApiRequest['headers']): Wanted | undefined {
  if (!impersonates(headers)) return undefined;
  const name = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = valuesOf(headers['impersonate-group']);
  const extra: Record<string, readonly string[]> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(EXTRA)) extra[decodeURIComponent(header.slice(EXTRA.length))] = valuesOf(value);
  }
  const anything = uid !== '' || groups.length > 0 || Object.keys(extra).length > 0;
  if (name === '' && anything) throw badRequestError('requested impersonation without impersonating a user');
  return name === '' ? undefined : { name, uid, groups, extra };
}

type Asked = Pick<AuthorizationAttributes, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>;

/** Everything that the user must be allowed to impersonate. */
function permissionsFor({ name, uid, groups, extra }: Wanted): Asked[] {
  const account = SERVICE_ACCOUNT.exec(name);
  const asked: Asked[] =
    account === null
      ? [{ group: '', resource: 'users', subresource: '', namespace: '', name }]
      : [{ group: '', resource: 'serviceaccounts', subresource: '', namespace: account[1] ?? '', name: account[2] ?? '' }];
  for (const each of groups) asked.push({ group: '', resource: 'groups', subresource: '', namespace: '', name: each });
  const authentication = 'authentication.k8s.io';
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) asked.push({ group: authentication, resource: 'userextras', subresource: key, namespace: '', name: value });
  }
  if (uid !== '') asked.push({ group: authentication, resource: 'uids', subresource: '', namespace: '', name: uid });
  return asked;
}

/** The user that the request acts as. */
function actingAs({ name, uid, groups, extra }: Wanted): User {
  const account = SERVICE_ACCOUNT.exec(name);
  const all = [...groups];
  if (account !== null && groups.length === 0) all.push('system:serviceaccounts', `system:serviceaccounts:${account[1] ?? ''}`);
  const group = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  if (!all.includes(group)) all.push(group);
  return { name, uid, groups: all, extra };
}

/** The request as the user whom its headers name, if they name one and its user may act as that one. */
export async function impersonate(request: ApiRequest, authorizer: Authorizer): Promise<ApiRequest> {
  const wanted = wantedOf(request.headers);
  if (wanted === undefined) return request;
  for (const asked of permissionsFor(wanted)) {
    const attributes: AuthorizationAttributes = {
      ...asked,
      user: request.user,
      verb: 'impersonate',
      version: 'v1',
      isResourceRequest: true,
      path: request.info.path,
    };
    const decision = await authorizer.authorize(attributes);
    if (!decision.allowed) throw forbiddenByAuthorizer(attributes, decision.reason);
  }
  const acting: RequestFields = {
    info: request.info,
    method: request.method,
    user: actingAs(wanted),
    query: request.query,
    headers: request.headers,
    accept: request.accept,
    body: request.body,
    userAgent: request.userAgent,
    remoteAddress: request.remoteAddress,
    auditId: request.auditId,
  };
  return new PendingRequest(
    acting,
    () => request.signal,
    (text) => request.warn(text),
  );
}
