// A token of a ServiceAccount of kube-system, asked for when it is first needed and again before it runs out: with it a
// controller acts with its own rights and no others.

import { tokenRequest } from '../api/authentication/v1/token-request.ts';
import type { TokenRequest } from '../api/authentication/v1/token-request.ts';
import { serviceAccount } from '../api/core/v1/service-account.ts';
import type { Clock } from '../base/clock.ts';
import type { Client } from '../client/client.ts';
import type { Kind } from '../machinery/kind.ts';
import { isStatus } from '../machinery/status-error.ts';

const NAMESPACE = 'kube-system';
const LIFETIME_SECONDS = 3600;
/** Renewed after this part of its life. */
const RENEW_AFTER = 0.8;

export class ServiceAccountToken {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #name: string;
  #held: { readonly token: Promise<string>; readonly renewAtMs: number } | undefined;

  /** `client` acts as somebody who may create the account and tokens for it. */
  constructor(client: Client, clock: Clock, name: string) {
    this.#client = client;
    this.#clock = clock;
    this.#name = name;
  }

  /** A token that holds for a while yet. */
  current(signal: AbortSignal): Promise<string> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#held !== undefined && nowMs < this.#held.renewAtMs) return this.#held.token;
    const token = this.#request(signal);
    this.#held = { token, renewAtMs: nowMs + LIFETIME_SECONDS * 1000 * RENEW_AFTER };
    // A failed request is not kept: the next caller asks again.
    token.catch(() => (this.#held = undefined));
    return token;
  }

  async #request(signal: AbortSignal): Promise<string> {
    const ask = (): Promise<TokenRequest> =>
      this.#client.act(
        serviceAccount as Kind,
        { namespace: NAMESPACE, name: this.#name },
        'token',
        { kind: tokenRequest.kind, apiVersion: tokenRequest.apiVersion, spec: { expirationSeconds: LIFETIME_SECONDS } },
        tokenRequest as Kind,
        { signal },
      );
    try {
      return (await ask()).status.token;
    } catch (error) {
      if (!isStatus(error, 'NotFound')) throw error;
      await this.#client.create(serviceAccount, { metadata: { namespace: NAMESPACE, name: this.#name } }, { signal });
      return (await ask()).status.token;
    }
  }
}
