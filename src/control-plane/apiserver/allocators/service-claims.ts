// Which Service has which address and port, kept up with the cache of Services, and what writes under way have reserved.
//
// C1. The Services themselves are the only record: after a crash nothing is lost and nothing leaks.
// C2. A reservation that is kept holds until the Service that carries it is seen; one that is reverted is free at once.

import { service } from '../../../api/core/v1/service.ts';
import type { Service } from '../../../api/core/v1/service.ts';
import type { CacheEvent } from '../../../server/cache/event-ring.ts';
import type { Lookups } from '../../../server/lookups.ts';
import { addressesOf, portsOf } from './service-fields.ts';

/** Which Services have a claim: more than one only where something went wrong. */
type Claims = Map<string, Set<string>>;

const addressClaim = (address: string): string => `ip ${address}`;
const portClaim = (port: number): string => `port ${port}`;

/** Everything that a Service has taken. */
function* claimsOf(object: Service): Generator<string> {
  for (const address of addressesOf(object)) yield addressClaim(address);
  for (const port of portsOf(object)) yield portClaim(port);
}

/** What one write reserves; all of it is kept, or none. */
export interface ClaimSet {
  readonly claims: Set<string>;
}

export class ServiceClaims {
  readonly #claims: Claims = new Map();
  readonly #held = new Map<string, ClaimSet>();
  #open = false;

  /** Brings the record up to what the store has now. */
  async refresh(lookups: Lookups, signal: AbortSignal): Promise<void> {
    await lookups.cacheOf(service).fresh({ signal });
    if (!this.#open) this.#load(lookups);
  }

  /** Reads all Services and follows their changes; starts anew when it could not follow (C1). */
  #load(lookups: Lookups): void {
    this.#open = true;
    this.#claims.clear();
    const cache = lookups.cacheOf(service);
    const cursor = cache.subscribe('now', {
      deliver: (batch) => {
        for (const event of batch) this.#follow(event);
        return true;
      },
      end: () => {
        this.#open = false;
      },
    });
    for (const { key, object } of cache.list()) this.#add(key, object as Service);
    cursor.start();
  }

  #follow({ key, current, previous }: CacheEvent): void {
    if (previous !== undefined) this.#remove(key, previous.object as Service);
    if (current !== undefined) this.#add(key, current.object as Service);
  }

  #add(key: string, object: Service): void {
    for (const claim of claimsOf(object)) {
      const owners = this.#claims.get(claim) ?? new Set();
      owners.add(key);
      this.#claims.set(claim, owners);
      this.#held.delete(claim);
    }
  }

  #remove(key: string, object: Service): void {
    for (const claim of claimsOf(object)) {
      const owners = this.#claims.get(claim);
      owners?.delete(key);
      if (owners?.size === 0) this.#claims.delete(claim);
    }
  }

  hasAddress(address: string): boolean {
    return this.#has(addressClaim(address));
  }

  hasPort(port: number): boolean {
    return this.#has(portClaim(port));
  }

  #has(claim: string): boolean {
    return this.#claims.has(claim) || this.#held.has(claim);
  }

  holdAddress(address: string, by: ClaimSet): void {
    this.#hold(addressClaim(address), by);
  }

  holdPort(port: number, by: ClaimSet): void {
    this.#hold(portClaim(port), by);
  }

  #hold(claim: string, by: ClaimSet): void {
    by.claims.add(claim);
    this.#held.set(claim, by);
  }

  /** Gives back what a write reserved. */
  revert(by: ClaimSet): void {
    for (const claim of by.claims) if (this.#held.get(claim) === by) this.#held.delete(claim);
  }
}
