// TokenRequest: asks for a token of a ServiceAccount.

import { invalid } from '../../../machinery/problem.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, int64, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const boundObjectReference = struct('io.k8s.api.authentication.v1.BoundObjectReference', {
  kind: string({ pb: 1 }),
  apiVersion: string({ pb: 2 }),
  name: string({ pb: 3 }),
  uid: string({ pb: 4 }),
});
export interface BoundObjectReference extends Infer<typeof boundObjectReference> {}

export const tokenRequestSpec = struct('io.k8s.api.authentication.v1.TokenRequestSpec', {
  audiences: list(string(), { presence: 'always', pb: 1, listType: 'atomic' }),
  expirationSeconds: int64({ presence: 'pointer', pb: 4 }),
  boundObjectRef: field(boundObjectReference, { presence: 'pointer', pb: 3 }),
});
export interface TokenRequestSpec extends Infer<typeof tokenRequestSpec> {}

export const tokenRequestStatus = struct('io.k8s.api.authentication.v1.TokenRequestStatus', {
  token: string({ presence: 'always', pb: 1 }),
  expirationTimestamp: time({ presence: 'always', pb: 2 }),
});
export interface TokenRequestStatus extends Infer<typeof tokenRequestStatus> {}

const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

export const tokenRequest = defineKind({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'serviceaccounts/token',
  scope: 'Namespaced',
  name: 'io.k8s.api.authentication.v1.TokenRequest',
  fields: {
    spec: field(tokenRequestSpec, { presence: 'always', pb: 2 }),
    status: field(tokenRequestStatus, { presence: 'always', pb: 3 }),
  },
  defaults({ spec }) {
    spec.expirationSeconds ??= DEFAULT_SECONDS;
  },
  check({ spec: { expirationSeconds = 0 } }, _old, at) {
    const here = at.child('spec', 'expirationSeconds');
    if (expirationSeconds < LEAST_SECONDS) return [invalid(here, expirationSeconds, 'may not specify a duration less than 10 minutes')];
    return expirationSeconds > MOST_SECONDS
      ? [invalid(here, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : [];
  },
});
export interface TokenRequest extends Infer<typeof tokenRequest> {}
