// Who speaks to the kubelet: a client certificate of the cluster, or a token that the API server knows.

import { X509Certificate } from 'node:crypto';

import { tokenReview } from '../../../api/authentication/v1/token-review.ts';
import type { Client } from '../../../client/client.ts';
import type { Clock } from '../../../base/clock.ts';
import { unauthorizedError } from '../../../machinery/status-error.ts';
import type { Authenticator, PeerCertificate } from '../../../server/authenticator.ts';
import type { User } from '../../../server/user.ts';
import { AnswerCache } from './answer-cache.ts';

const TOKEN_ANSWER_MS = 120_000;

const unescape = (value: string): string => value.replaceAll(/\\(.)/g, '$1');

/** The values of one attribute in a subject as Node prints it: a name element a line, several attributes of one joined by `+`. */
function valuesOf(subject: string, attribute: string): string[] {
  return subject
    .split('\n')
    .flatMap((line) => line.split(/(?<!\\)\+/))
    .flatMap((part) => (part.startsWith(`${attribute}=`) ? [unescape(part.slice(attribute.length + 1))] : []));
}

/** The user that a certificate names. */
export function certificateUser({ raw }: PeerCertificate): User | undefined {
  const { subject } = new X509Certificate(raw);
  const [name = ''] = valuesOf(subject, 'CN');
  return name === '' ? undefined : { name, uid: '', groups: [...valuesOf(subject, 'O'), 'system:authenticated'], extra: {} };
}

/** Certificates are checked here, tokens by the API server; answers about tokens are kept for a while. */
export function createDelegatedAuthenticator({ client, clock }: { client: Client; clock: Clock }): Authenticator {
  const answers = new AnswerCache<User | undefined>(clock);
  return {
    async authenticate({ headers, peerCertificate, signal }) {
      if (peerCertificate?.authorized === true) {
        const user = certificateUser(peerCertificate);
        if (user !== undefined) return user;
      }
      const [, token] = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '') ?? [];
      if (token === undefined) return undefined;
      const user = await answers.get(token, async () => ({ answer: await review(client, token, signal), keepMs: TOKEN_ANSWER_MS }));
      if (user === undefined) throw unauthorizedError();
      return user;
    },
  };
}

async function review(client: Client, token: string, signal: AbortSignal): Promise<User | undefined> {
  const { status } = await client.create(tokenReview, { metadata: {}, spec: { token } }, { signal });
  if (status.authenticated !== true) return undefined;
  const { username = '', uid = '', groups = [], extra = {} } = status.user;
  return { name: username, uid, groups, extra };
}
