// The API server's authenticator: a client certificate, else a bearer token, else anonymous.
//
// N1. Credentials that do not hold are refused with 401; they never make a request anonymous.

import { unauthorizedError } from '../../../machinery/status-error.ts';
import type { Authenticator, CredentialSource } from '../../../server/authenticator.ts';
import type { User } from '../../../server/user.ts';
import { userOfCertificate } from './client-certificate.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** Tokens may also come as a WebSocket protocol, because browsers cannot set headers there. */
const WEBSOCKET_TOKEN = 'base64url.bearer.authorization.k8s.io.';

function bearerToken({ headers }: CredentialSource): string | undefined {
  const [scheme, token] = (headers['authorization'] ?? '').split(/ +/);
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '') return token;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const encoded = offered.find((protocol) => protocol.startsWith(WEBSOCKET_TOKEN))?.slice(WEBSOCKET_TOKEN.length);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString('utf8');
}

/** Certificates first, tokens of `tokens` second. */
export function createAuthenticator(tokens: ServiceAccountTokens): Authenticator {
  return {
    async authenticate(source): Promise<User | undefined> {
      const { peerCertificate } = source;
      if (peerCertificate !== undefined) {
        const user = peerCertificate.authorized ? userOfCertificate(peerCertificate) : undefined;
        if (user !== undefined) return user;
      }
      const token = bearerToken(source);
      if (token === undefined) {
        if (peerCertificate !== undefined) throw unauthorizedError();
        return undefined;
      }
      const verified = await tokens.verify(token, tokens.defaultAudiences);
      if (verified === undefined || typeof verified === 'string') throw unauthorizedError();
      return verified.user;
    },
  };
}
