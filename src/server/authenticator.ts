// Authentication as the listener asks for it: credentials in, a user out. Implementations are the API server's and the kubelet's.

import type { User } from './user.ts';

/** The certificate that a client showed, and whether a trusted authority signed it. */
export interface PeerCertificate {
  readonly raw: Uint8Array;
  readonly authorized: boolean;
}

/** What a request shows of who makes it. */
export interface CredentialSource {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly peerCertificate: PeerCertificate | undefined;
  readonly remoteAddress: string;
  readonly signal: AbortSignal;
}

export interface Authenticator {
  /** The user; undefined when no credentials were shown (anonymous). Throws a 401 StatusError for credentials that do not hold. */
  authenticate(source: CredentialSource): Promise<User | undefined>;
}
