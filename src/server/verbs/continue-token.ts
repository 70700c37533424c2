// The token with which a list goes on: upstream's own form, so that a token outlives a change of server.

import { badRequestError } from '../../machinery/status-error.ts';

const VERSION = 'meta.k8s.io/v1';

/** Where a list goes on: behind `after`, at `revision`; -1 means at the newest. */
export interface ContinueToken {
  readonly after: string;
  readonly revision: number;
}

/** The token for what follows the key `last`; only the part behind `prefix` is told. */
export function encodeContinue(last: string, prefix: string, revision: number): string {
  return encodeToken({ v: VERSION, rv: revision, start: `${last.slice(prefix.length)}\0` });
}

const encodeToken = (token: object): string => Buffer.from(JSON.stringify(token)).toString('base64url');

const refuse = (why: string): Error => badRequestError(`invalid continue token: ${why}`);

/** Reads a token for keys below `prefix`; no token leads out of it. */
export function decodeContinue(text: string, prefix: string): ContinueToken {
  const { v, rv, start } = parse(text);
  if (v !== VERSION) throw refuse(`continue key is not valid: server does not recognize this encoded version ${String(v ?? '')}`);
  if (typeof rv !== 'number' || rv === 0)
    throw refuse(`continue key is not valid: incorrect encoded start resourceVersion (version ${VERSION})`);
  if (typeof start !== 'string' || start === '') throw refuse(`continue key is not valid: encoded start key empty (version ${VERSION})`);
  const parts = start.replace(/^\//, '').split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) throw refuse(`continue key is not valid: ${start}`);
  const from = prefix + parts.join('/');
  return { after: from.endsWith('\0') ? from.slice(0, -1) : from, revision: rv };
}

function parse(text: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw badRequestError(
      `invalid continue token: continue key is not valid: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  throw refuse('continue key is not valid');
}
