// What a resourceVersion parameter means, and waiting until the cache has reached it.

import { withDeadline } from '../../base/abort.ts';
import { StatusError } from '../../machinery/status-error.ts';
import type { Outcome } from '../../machinery/outcome.ts';
import type { Scope } from '../scope.ts';

/** `newest`: what the store has now; 0: whatever the cache has; else not older than the revision. */
export type ResourceVersion = 'newest' | number;

/** Reads a resourceVersion; the error is what upstream's versioner says. */
export function parseResourceVersion(text: string): Outcome<ResourceVersion> {
  if (text === '') return { ok: true, value: 'newest' };
  if (text === '0') return { ok: true, value: 0 };
  const syntax = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: `;
  if (!/^\d+$/.test(text)) return { ok: false, error: `${syntax}invalid syntax` };
  if (BigInt(text) > 0xffff_ffff_ffff_ffffn) return { ok: false, error: `${syntax}value out of range` };
  return { ok: true, value: Number(text) };
}

/** How long a read waits for a revision that is not there yet. */
const PATIENCE_MS = 3000;

/** 504 for a revision that does not exist yet. */
export const futureRevisionError = (asked: number, current: number): StatusError =>
  new StatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });

/** Resolves when the cache has reached `revision`; refuses after a few seconds. */
export async function waitForRevision({ cache, request, parts }: Scope, revision: number): Promise<void> {
  if (revision <= cache.revision) return;
  const expired = futureRevisionError(revision, cache.revision);
  const { signal, done } = withDeadline(parts.clock, request.signal, PATIENCE_MS, () => expired);
  try {
    await cache.waitFor(revision, signal);
  } finally {
    done();
  }
}
