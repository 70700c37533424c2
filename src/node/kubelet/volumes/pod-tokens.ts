// Service account tokens of one Pod's volumes: kept until four fifths of their life have passed, then asked for anew.
//
// K1. A token that cannot be renewed stays in use until it expires.

import { serviceAccount } from '../../../api/core/v1/service-account.ts';
import { tokenRequest } from '../../../api/authentication/v1/token-request.ts';
import type { TokenRequest } from '../../../api/authentication/v1/token-request.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { ServiceAccountTokenProjection } from '../../../api/core/v1/projected-volume.ts';
import { isAbort } from '../../../base/abort.ts';
import { parseTime } from '../../../machinery/timestamp.ts';
import { readingProblem } from '../environment/referenced-data.ts';
import type { KubeletParts } from '../seams.ts';

const DEFAULT_LIFETIME_SECONDS = 3600;
const MAX_AGE_MS = 24 * 3_600_000;
const MAX_JITTER_MS = 10_000;
const RENEW_BEFORE_END = 0.2;

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** When a token is to be renewed. */
export function renewalTime(expiresAtMs: number, lifetimeMs: number, jitter: number): number {
  const issuedAtMs = expiresAtMs - lifetimeMs;
  return Math.min(issuedAtMs + MAX_AGE_MS, expiresAtMs - lifetimeMs * RENEW_BEFORE_END) - jitter * MAX_JITTER_MS;
}

/** The tokens of one Pod. */
export class PodTokens {
  readonly #parts: KubeletParts;
  readonly #held = new Map<string, Held>();

  constructor(parts: KubeletParts) {
    this.#parts = parts;
  }

  /** When the next of the tokens of a volume should be renewed; undefined when it has none. */
  nextRenewalMs(volume: string): number | undefined {
    const times = [...this.#held].filter(([id]) => id.startsWith(`${volume}/`)).map(([, { renewAtMs }]) => renewAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The token for one source of a volume. */
  async get(pod: Pod, volume: string, index: number, source: ServiceAccountTokenProjection, signal: AbortSignal): Promise<string> {
    const id = `${volume}/${index}`;
    const held = this.#held.get(id);
    const nowMs = this.#parts.clock.now();
    if (held !== undefined && nowMs < held.renewAtMs) return held.token;
    try {
      const fresh = await this.#request(pod, source, signal);
      this.#held.set(id, fresh);
      return fresh.token;
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      // K1
      if (held !== undefined && nowMs < held.expiresAtMs) {
        this.#parts.logger.warn('a token could not be renewed', { pod: pod.metadata.name, volume, error });
        this.#held.set(id, { ...held, renewAtMs: nowMs + MAX_JITTER_MS });
        return held.token;
      }
      throw new Error(`failed to fetch token: ${readingProblem(error)}`, { cause: error });
    }
  }

  async #request(pod: Pod, source: ServiceAccountTokenProjection, signal: AbortSignal): Promise<Held> {
    const { client, random } = this.#parts;
    const { namespace = '', name = '', uid = '' } = pod.metadata;
    const { audience = '', expirationSeconds = DEFAULT_LIFETIME_SECONDS } = source;
    const request = {
      apiVersion: tokenRequest.apiVersion,
      kind: tokenRequest.kind,
      metadata: {},
      spec: {
        audiences: audience === '' ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
      status: { token: '', expirationTimestamp: null },
    };
    const account = { namespace, name: pod.spec.serviceAccountName ?? 'default' };
    const { spec, status } = await client.act<TokenRequest>(serviceAccount, account, 'token', request, tokenRequest, { signal });
    const lifetimeMs = Number(spec.expirationSeconds ?? expirationSeconds) * 1000;
    const expiresAtMs = parseTime(status.expirationTimestamp) ?? this.#parts.clock.now() + lifetimeMs;
    return { token: status.token, expiresAtMs, renewAtMs: renewalTime(expiresAtMs, lifetimeMs, random.fraction()) };
  }
}
