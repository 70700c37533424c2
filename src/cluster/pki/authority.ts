// A certificate authority: makes its own key and certificate, and signs others. Keys are P-256: made in 0.1 ms, where RSA
// would hold up the loop for 56.
//
// P1. The authority's key is read from its file for each signature and held no longer.

import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 365;

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says and may be used for. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly usages: readonly ('client' | 'server')[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
}

function serialNumber(random: Random): string {
  const bytes = random.bytes(16);
  // Positive, and without a leading zero byte.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (der === undefined) throw new Error('the key file holds no PEM block');
  return crypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

/** Makes a new authority. */
export async function createAuthority(commonName: string, { clock, random }: Parts): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(random),
    name: new x509.Name([{ CN: [commonName] }]),
    notBefore: new Date(clock.now() - DAY_MS),
    notAfter: new Date(clock.now() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: cert.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** Signs a certificate for a new key. */
export async function issueCertificate(authority: KeyPair, request: CertificateRequest, parts: Parts): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await signPublicKey(authority, keys.publicKey, request, parts);
  return { cert, key: await exportKey(keys.privateKey) };
}

async function signPublicKey(
  authority: KeyPair,
  publicKey: webcrypto.CryptoKey,
  request: CertificateRequest,
  { clock, random }: Parts,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.cert);
  const { dnsNames = [], ipAddresses = [], organizations = [] } = request;
  const names: x509.JsonGeneralNames = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const usages = request.usages.map((usage) => (usage === 'client' ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth));
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(random),
    subject: new x509.Name([...organizations.map((O) => ({ O: [O] })), { CN: [request.commonName] }]),
    issuer: issuer.subjectName,
    notBefore: new Date(clock.now() - DAY_MS),
    notAfter: new Date(clock.now() + CERTIFICATE_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  return cert.toString('pem');
}

/** A new key that signs ServiceAccount tokens (ES256), with its public half. */
export async function createTokenKey(): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const publicKey = x509.PemConverter.encode(await crypto.subtle.exportKey('spki', keys.publicKey), 'PUBLIC KEY');
  return { privateKey: await exportKey(keys.privateKey), publicKey };
}
