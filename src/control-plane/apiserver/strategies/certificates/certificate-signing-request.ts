// How a CertificateSigningRequest is written. It says who asked, by what the server knows; approval and signing have endpoints of their own.

import { certificateSigningRequest } from '../../../../api/certificates/v1/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '../../../../api/certificates/v1/certificate-signing-request.ts';
import { draftOf } from '../../../../machinery/draft.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { printTime } from '../../../../machinery/timestamp.ts';
import { keepField, resource, statusOnly } from '../resource.ts';

type Csr = CertificateSigningRequest;

function dateConditions({ status }: Draft<Csr>, old: Csr, nowMs: number): void {
  const now = printTime(nowMs);
  for (const condition of status.conditions ?? []) {
    condition.lastUpdateTime ??= now;
    if (condition.lastTransitionTime !== undefined) continue;
    const same = (old.status.conditions ?? []).find((each) => each.type === condition.type && each.status === condition.status);
    condition.lastTransitionTime = same?.lastTransitionTime ?? now;
  }
}

/** Approvals and denials are not for the signer to touch. */
function keepDecisions({ status }: Draft<Csr>, old: Csr): void {
  for (const type of ['Approved', 'Denied']) {
    const before = (old.status.conditions ?? []).filter((each) => each.type === type);
    const now = (status.conditions ?? []).filter((each) => each.type === type);
    if (before.length !== now.length) continue;
    let place = 0;
    status.conditions = (status.conditions ?? []).map((each) =>
      each.type === type ? draftOf(before[place++] ?? each) : each,
    ) as Draft<Csr>['status']['conditions'];
  }
}

export const certificateSigningRequestStrategy = resource(certificateSigningRequest, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['spec', 'status'],
  prepareForCreate({ spec }, { user }) {
    spec.username = user.name;
    spec.uid = user.uid;
    spec.groups = [...user.groups];
    if (Object.keys(user.extra).length === 0) delete spec.extra;
    else spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
  },
  subresources: {
    status: statusOnly({
      prepare(draft, old, { nowMs }) {
        keepDecisions(draft, old);
        dateConditions(draft, old, nowMs);
      },
    }),
    approval: {
      kind: 'object',
      verbs: ['get', 'update', 'patch'],
      merge(draft, old, { nowMs }) {
        dateConditions(draft, old, nowMs);
        const { conditions } = draft.status;
        keepField(draft, old, 'spec');
        keepField(draft, old, 'status');
        if (conditions !== undefined) draft.status.conditions = conditions;
      },
    },
  },
});
