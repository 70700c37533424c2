// ServiceAccount tokens: issued for an account, perhaps bound to a Pod, Secret or Node, and believed only while all of them live.
// See https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import type { User } from '../../../server/user.ts';
import type { TokenSigner } from './jwt.ts';
import type { Claims } from './jwt.ts';

/** An object that a token names: it must still exist with the same uid. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node' | 'ServiceAccount';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface TokenSubject {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid: string };
  readonly node?: { readonly name: string; readonly uid: string };
}

export interface TokenServiceOptions {
  readonly signer: TokenSigner;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** Whether an object that a token names still lives. */
  exists(object: BoundObject): Promise<boolean>;
}

/** A token that holds: whose it is and for which of the asked audiences. */
export interface VerifiedToken {
  readonly user: User;
  readonly audiences: readonly string[];
}

const USERNAME_PREFIX = 'system:serviceaccount:';
/** Clocks of machines differ a little. */
const LEEWAY_SECONDS = 10;

export const serviceAccountUsername = (namespace: string, name: string): string => `${USERNAME_PREFIX}${namespace}:${name}`;

/** The groups that every ServiceAccount of a namespace belongs to. */
export const serviceAccountGroups = (namespace: string): readonly string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
];

interface Reference {
  readonly name: string;
  readonly uid: string;
}

function referenceOf(value: unknown): Reference | undefined {
  const { name, uid } = (value ?? {}) as Partial<Reference>;
  return typeof name === 'string' && typeof uid === 'string' ? { name, uid } : undefined;
}

/** Issues and checks tokens. */
export class ServiceAccountTokens {
  readonly #options: TokenServiceOptions;

  constructor(options: TokenServiceOptions) {
    this.#options = options;
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  get defaultAudiences(): readonly string[] {
    return this.#options.audiences;
  }

  /** The public keys, as a JSON Web Key Set. */
  keySet(): object {
    return this.#options.signer.keySet();
  }

  /** The signature algorithms in use. */
  get algorithms(): readonly string[] {
    return this.#options.signer.algorithms;
  }

  issue(
    subject: TokenSubject,
    audiences: readonly string[],
    expirationSeconds: number,
  ): { readonly token: string; readonly expiresMs: number; readonly id: string } {
    const { signer, issuer, clock, random } = this.#options;
    const nowSeconds = Math.floor(clock.now() / 1000);
    const id = random.uuid();
    const { namespace, serviceAccount, pod, secret, node } = subject;
    const claims = {
      aud: audiences.length === 0 ? this.#options.audiences : audiences,
      exp: nowSeconds + expirationSeconds,
      iat: nowSeconds,
      iss: issuer,
      jti: id,
      'kubernetes.io': {
        namespace,
        ...(node === undefined ? {} : { node }),
        ...(pod === undefined ? {} : { pod }),
        ...(secret === undefined ? {} : { secret }),
        serviceaccount: serviceAccount,
      },
      nbf: nowSeconds,
      sub: serviceAccountUsername(namespace, serviceAccount.name),
    };
    return { token: signer.sign(claims), expiresMs: (nowSeconds + expirationSeconds) * 1000, id };
  }

  /**
   * Checks a token for any of `audiences`. `undefined`: it is not one of ours; a string: it is, but does not hold, and why.
   */
  async verify(token: string, audiences: readonly string[]): Promise<VerifiedToken | string | undefined> {
    const claims = this.#options.signer.verify(token);
    if (claims === undefined || claims['iss'] !== this.#options.issuer) return undefined;
    const late = this.#outOfTime(claims);
    if (late !== undefined) return late;
    const offered = [claims['aud']].flat().filter((each) => typeof each === 'string');
    const shared = offered.filter((audience) => audiences.includes(audience));
    if (shared.length === 0)
      return `token audiences ${JSON.stringify(offered)} is invalid for the target audiences ${JSON.stringify(audiences)}`;
    const bound = (claims['kubernetes.io'] ?? {}) as Record<string, unknown>;
    const namespace = String(bound['namespace'] ?? '');
    const account = referenceOf(bound['serviceaccount']);
    if (account === undefined || claims['sub'] !== serviceAccountUsername(namespace, account.name))
      return 'the token names no service account';
    const references = [
      { kind: 'ServiceAccount', namespace, reference: account },
      { kind: 'Pod', namespace, reference: referenceOf(bound['pod']) },
      { kind: 'Secret', namespace, reference: referenceOf(bound['secret']) },
      // A node that went does not end the tokens of Pods that it ran; only a token bound to the node alone ends with it.
      { kind: 'Node', namespace: '', reference: bound['pod'] === undefined ? referenceOf(bound['node']) : undefined },
    ] as const;
    for (const { kind, namespace: within, reference } of references) {
      if (reference !== undefined && !(await this.#options.exists({ kind, namespace: within, ...reference })))
        return `the ${kind} ${JSON.stringify(reference.name)} of the token is gone`;
    }
    return { user: userOf(claims, namespace, account, bound), audiences: shared };
  }

  #outOfTime(claims: Claims): string | undefined {
    const nowSeconds = this.#options.clock.now() / 1000;
    if (typeof claims['exp'] !== 'number' || claims['exp'] + LEEWAY_SECONDS < nowSeconds) return 'service account token has expired';
    if (typeof claims['nbf'] === 'number' && claims['nbf'] - LEEWAY_SECONDS > nowSeconds) return 'service account token is not valid yet';
    return undefined;
  }
}

function userOf(claims: Claims, namespace: string, account: Reference, bound: Readonly<Record<string, unknown>>): User {
  const extra: Record<string, readonly string[]> = {};
  if (typeof claims['jti'] === 'string') extra['authentication.kubernetes.io/credential-id'] = [`JTI=${claims['jti']}`];
  for (const kind of ['node', 'pod'] as const) {
    const reference = referenceOf(bound[kind]);
    if (reference === undefined) continue;
    extra[`authentication.kubernetes.io/${kind}-name`] = [reference.name];
    extra[`authentication.kubernetes.io/${kind}-uid`] = [reference.uid];
  }
  return {
    name: serviceAccountUsername(namespace, account.name),
    uid: account.uid,
    groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
    extra,
  };
}
