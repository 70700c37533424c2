// CertificateSigningRequest: asks for a certificate.

import { validateSigningRequest } from './certificate-signing-request-validation.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { humanDuration } from '../../../machinery/age.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { bytes, field, int32, list, map, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const certificateSigningRequestSpec = struct('io.k8s.api.certificates.v1.CertificateSigningRequestSpec', {
  request: bytes({ presence: 'always', pb: 1, required: 'published' }),
  signerName: string({ presence: 'always', pb: 7, required: 'published' }),
  expirationSeconds: int32({ presence: 'pointer', pb: 8 }),
  usages: list(
    string({
      enum: [
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
      ],
      enumChecked: false,
    }),
    { pb: 5, listType: 'atomic' },
  ),
  username: string({ pb: 2 }),
  uid: string({ pb: 3 }),
  groups: list(string(), { pb: 4, listType: 'atomic' }),
  extra: map(list(string()), { pb: 6 }),
});
export interface CertificateSigningRequestSpec extends Infer<typeof certificateSigningRequestSpec> {}

export const certificateSigningRequestCondition = struct('io.k8s.api.certificates.v1.CertificateSigningRequestCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 6, required: 'published' }),
  reason: string({ pb: 2 }),
  message: string({ pb: 3 }),
  lastUpdateTime: time({ presence: 'always', pb: 4 }),
  lastTransitionTime: time({ presence: 'always', pb: 5 }),
});
export interface CertificateSigningRequestCondition extends Infer<typeof certificateSigningRequestCondition> {}

export const certificateSigningRequestStatus = struct('io.k8s.api.certificates.v1.CertificateSigningRequestStatus', {
  conditions: list(certificateSigningRequestCondition, { pb: 1, listType: 'map', listMapKeys: ['type'] }),
  certificate: bytes({ pb: 2 }),
});
export interface CertificateSigningRequestStatus extends Infer<typeof certificateSigningRequestStatus> {}

function conditionCell({ conditions = [], certificate = '' }: CertificateSigningRequestStatus): string {
  const has = (wanted: string): boolean => conditions.some(({ type }) => type === wanted);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [decision, ...(has('Failed') ? ['Failed'] : []), ...(certificate === '' ? [] : ['Issued'])].join(',');
}

export const certificateSigningRequest = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  scope: 'Cluster',
  name: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  fields: {
    spec: field(certificateSigningRequestSpec, { presence: 'always', pb: 2, required: 'published' }),
    status: field(certificateSigningRequestStatus, { presence: 'always', pb: 3 }),
  },
  nameProblems: nameIsPathSegment,
  check: (next, old, at, { subresource }) => [...validateSigningRequest(next, old, subresource, at)],
  columns: [
    nameColumn,
    ageColumn,
    { name: 'SignerName', type: 'string', value: ({ spec }) => spec.signerName || '<none>' },
    { name: 'Requestor', type: 'string', value: ({ spec }) => spec.username ?? '' },
    {
      name: 'RequestedDuration',
      type: 'string',
      value: ({ spec: { expirationSeconds } }) => (expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000)),
    },
    { name: 'Condition', type: 'string', value: ({ status }) => conditionCell(status) },
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
});
export interface CertificateSigningRequest extends Infer<typeof certificateSigningRequest> {}
