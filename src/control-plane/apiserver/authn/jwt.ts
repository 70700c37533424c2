// JSON Web Tokens as ServiceAccounts carry them, signed and checked synchronously, so that the deterministic profile stays so.
// See RFC 7515 and RFC 7519.

import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Not JSON: not a token of ours.
    return undefined;
  }
}

const algorithmOf = (key: KeyObject): 'ES256' | 'RS256' => (key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256');
/** EC signatures in tokens are two plain numbers, not DER. */
const keyed = (key: KeyObject): { key: KeyObject; dsaEncoding?: 'ieee-p1363' } =>
  key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : { key };

/** The key id that a public key is published under: a digest of its DER form. */
function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

/** Signs and checks tokens with one key pair, and checks those of further public keys. */
export class TokenSigner {
  readonly #privateKey: KeyObject;
  readonly #publicKeys: ReadonlyMap<string, KeyObject>;
  readonly #keyId: string;

  constructor(privateKeyPem: string, publicKeyPems: readonly string[]) {
    this.#privateKey = createPrivateKey(privateKeyPem);
    const own = createPublicKey(this.#privateKey);
    this.#keyId = keyIdOf(own);
    this.#publicKeys = new Map([own, ...publicKeyPems.map((pem) => createPublicKey(pem))].map((key) => [keyIdOf(key), key]));
  }

  sign(claims: Claims): string {
    const body = `${encode({ alg: algorithmOf(this.#privateKey), kid: this.#keyId })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(body), keyed(this.#privateKey)).toString('base64url');
    return `${body}.${signature}`;
  }

  /** The claims of a token that one of the keys signed; undefined for any other text. Times are not looked at. */
  verify(token: string): Claims | undefined {
    const [head = '', body = '', signature = '', ...rest] = token.split('.');
    const header = rest.length > 0 ? undefined : decode(head);
    if (header === undefined) return undefined;
    const { kid } = header;
    const candidates = typeof kid === 'string' ? [this.#publicKeys.get(kid)] : [...this.#publicKeys.values()];
    const signed = Buffer.from(`${head}.${body}`);
    const bytes = Buffer.from(signature, 'base64url');
    const holds = candidates.some(
      (key) => key !== undefined && header['alg'] === algorithmOf(key) && verify('sha256', signed, keyed(key), bytes),
    );
    return holds ? decode(body) : undefined;
  }

  /** How tokens are signed. */
  get algorithms(): readonly string[] {
    return [...new Set([...this.#publicKeys.values()].map(algorithmOf))];
  }

  /** The JSON Web Key Set that others check tokens with (/openid/v1/jwks). */
  keySet(): { readonly keys: readonly object[] } {
    return {
      keys: [...this.#publicKeys].map(([kid, key]) => ({ use: 'sig', ...key.export({ format: 'jwk' }), kid, alg: algorithmOf(key) })),
    };
  }
}
