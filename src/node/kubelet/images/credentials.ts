// Who to be at a registry: the logins that a Pod's pull secrets hold for an image's repository.

import type { Secret } from '../../../api/core/v1/secret.ts';
import { lookup } from '../../../machinery/schema.ts';

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

interface Entry {
  readonly where: string;
  readonly login: RegistryLogin;
}

/** The logins that apply to a repository (`docker.io/library/nginx`), the most specific first. */
export function loginsFor(repository: string, secrets: readonly Secret[]): readonly RegistryLogin[] {
  return secrets
    .flatMap(entriesOf)
    .filter(({ where }) => covers(where, repository))
    .toSorted((a, b) => b.where.length - a.where.length)
    .map(({ login }) => login);
}

function entriesOf(secret: Secret): Entry[] {
  const modern = parse(lookup(secret.data, '.dockerconfigjson'));
  const auths = modern === undefined ? parse(lookup(secret.data, '.dockercfg')) : modern['auths'];
  if (typeof auths !== 'object' || auths === null) return [];
  return Object.entries(auths).flatMap(([where, value]: [string, unknown]) => {
    const login = loginOf(value);
    return login === undefined ? [] : [{ where: normal(where), login }];
  });
}

function parse(base64: string | undefined): Record<string, unknown> | undefined {
  if (base64 === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString()) as Record<string, unknown>;
  } catch (error) {
    // A secret that is no JSON holds no login; the pull itself will tell the user.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function loginOf(value: unknown): RegistryLogin | undefined {
  const { username, password, auth } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  if (typeof auth !== 'string') return undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Without scheme, API version and trailing slash; the old names of the default registry are the new one. */
function normal(where: string): string {
  const bare = where
    .replace(/^https?:\/\//, '')
    .replace(/\/(v1|v2)?\/?$/, '')
    .replace(/\/$/, '');
  return bare.replace(/^(index|registry-1)\.docker\.io(?=\/|$)/, 'docker.io');
}

function covers(where: string, repository: string): boolean {
  const [host = '', ...path] = where.split('/');
  const [ownHost = '', ...ownPath] = repository.split('/');
  const pattern = new RegExp(`^${host.split('*').map(RegExp.escape).join('[^./:]*')}$`);
  return pattern.test(ownHost) && path.every((part, index) => ownPath[index] === part);
}
