// Checks of CertificateSigningRequests: known usages, one signer, and conditions that only their own endpoints may change.
// The request itself is looked at no further than its PEM armour: cryptography belongs to the server.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { quote } from '../../../machinery/quote.ts';
import { decodeBase64 } from '../../core/v1/secret-data.ts';
import { validateSignerName } from '../../core/v1/signer-name.ts';
import { unifiedDiff } from '../../core/v1/unified-diff.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
  CertificateSigningRequestStatus,
} from './certificate-signing-request.ts';

interface RequestFields {
  readonly spec: CertificateSigningRequestSpec;
  readonly status: CertificateSigningRequestStatus;
}

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const LEAST_SECONDS = 600;
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const STATUSES = ['False', 'True', 'Unknown'];
const DECISIONS = ['Approved', 'Denied'];
const FINAL_CONDITIONS = [...DECISIONS, 'Failed'];

/** Checks a request, and that only `subresource` changes what is its own. */
export function* validateSigningRequest(next: RequestFields, old: RequestFields | undefined, subresource: string, at: FieldPath): Problems {
  yield* validateSpec(next.spec, old?.spec, at.child('spec'));
  yield* validateConditions(next.status.conditions ?? [], old?.status.conditions ?? [], at.child('status', 'conditions'));
  const { certificate = '' } = next.status;
  if (certificate !== old?.status.certificate && certificate !== '' && !hasPem(certificate, 'CERTIFICATE'))
    yield invalid(at.child('status', 'certificate'), '<certificate data>', 'must contain at least one CERTIFICATE PEM block');
  if (old !== undefined) yield* validateChange(next.status, old.status, subresource, at.child('status'));
}

function* validateSpec(spec: CertificateSigningRequestSpec, old: CertificateSigningRequestSpec | undefined, at: FieldPath): Problems {
  const { request, usages = [], signerName, expirationSeconds } = spec;
  if (!hasPem(request, 'CERTIFICATE REQUEST')) yield invalid(at.child('request'), request, 'PEM block type must be CERTIFICATE REQUEST');
  const here = at.child('usages');
  if (usages.length === 0) yield required(here);
  const known = new Set([...USAGES, ...(old?.usages ?? [])]);
  for (const [index, usage] of usages.entries()) if (!known.has(usage)) yield notSupported(here.index(index), usage, USAGES);
  if (old === undefined)
    for (const [index, usage] of usages.entries()) if (usages.indexOf(usage) < index) yield duplicate(here.index(index), usage);
  if (signerName === LEGACY_SIGNER && old?.signerName !== LEGACY_SIGNER)
    yield invalid(at.child('signerName'), signerName, 'the legacy signerName is not allowed via this API version');
  else yield* validateSignerName(signerName, at.child('signerName'));
  if (expirationSeconds !== undefined && expirationSeconds < LEAST_SECONDS)
    yield invalid(at.child('expirationSeconds'), expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)');
}

function hasPem(base64: string, type: string): boolean {
  const text = new TextDecoder('latin1').decode(decodeBase64(base64));
  return text.includes(`-----BEGIN ${type}-----`) && text.includes(`-----END ${type}-----`);
}

type Conditions = readonly CertificateSigningRequestCondition[];

function* validateConditions(conditions: Conditions, old: Conditions, at: FieldPath): Problems {
  const seen = new Set<string>();
  const types = new Set(old.map(({ type }) => type));
  const wasUndecided = !DECISIONS.every((type) => types.has(type));
  for (const [index, { type, status }] of conditions.entries()) {
    const here = at.index(index);
    if (type === '' && !types.has('')) yield required(here.child('type'));
    const allowed = FINAL_CONDITIONS.includes(type) ? ['True'] : STATUSES;
    if (status === '') yield required(here.child('status'));
    else if (!allowed.includes(status)) yield notSupported(here.child('status'), status, allowed);
    const other = DECISIONS.find((each) => each !== type) ?? '';
    if (wasUndecided && DECISIONS.includes(type) && seen.has(other))
      yield invalid(at, type, 'Approved and Denied conditions are mutually exclusive');
    if (seen.has(type) && types.size === old.length) yield duplicate(here.child('type'), type);
    seen.add(type);
  }
}

function* validateChange(
  next: CertificateSigningRequestStatus,
  old: CertificateSigningRequestStatus,
  subresource: string,
  at: FieldPath,
): Problems {
  const here = at.child('conditions');
  const ofType = ({ conditions = [] }: CertificateSigningRequestStatus, type: string): Conditions =>
    conditions.filter((each) => each.type === type);
  for (const type of FINAL_CONDITIONS)
    if (ofType(next, type).length < ofType(old, type).length)
      yield forbidden(here, `updates may not remove a condition of type ${quote(type)}`);
  for (const type of subresource === 'approval' ? [] : DECISIONS) {
    const before = ofType(old, type);
    const after = ofType(next, type);
    if (after.length > before.length) yield forbidden(here, `updates may not add a condition of type ${quote(type)}`);
    else if (after.length === before.length && !semanticEqual(before, after))
      yield forbidden(here, `updates may not modify a condition of type ${quote(type)}\n${unifiedDiff(before, after)}`);
  }
  const { certificate = '' } = old;
  if ((next.certificate ?? '') === certificate) return;
  if (subresource !== 'status') yield forbidden(at.child('certificate'), 'updates may not set certificate content');
  else if (certificate !== '') yield forbidden(at.child('certificate'), 'updates may not modify existing certificate content');
}
