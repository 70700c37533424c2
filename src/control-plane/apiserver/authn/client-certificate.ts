// Users by client certificate: the common name is the user, each organization a group.

import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from '../../../server/authenticator.ts';
import type { User } from '../../../server/user.ts';

const known = new WeakMap<PeerCertificate, User>();

/** The values of one attribute in a subject as Node prints it: one attribute a line, backslashes before special characters. */
function valuesOf(subject: string, attribute: string): string[] {
  const values: string[] = [];
  for (const line of subject.split('\n')) {
    // Several attributes of one name element stand on one line, joined by `+`.
    for (const part of line.split(/(?<!\\)\+/)) {
      const equals = part.indexOf('=');
      if (part.slice(0, equals).trim() === attribute) values.push(part.slice(equals + 1).replaceAll(/\\(.)/g, '$1'));
    }
  }
  return values;
}

/** The user of a certificate that a trusted authority signed; undefined when it names nobody. */
export function userOfCertificate(peer: PeerCertificate): User | undefined {
  const cached = known.get(peer);
  if (cached !== undefined) return cached;
  const certificate = new X509Certificate(peer.raw);
  const [name] = valuesOf(certificate.subject, 'CN');
  if (name === undefined || name === '') return undefined;
  const user: User = {
    name,
    uid: '',
    groups: [...valuesOf(certificate.subject, 'O'), 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`] },
  };
  known.set(peer, user);
  return user;
}
