// APIService: a group and version served by another server.

import { validateApiService, validateApiServiceStatus } from './api-service-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { boolean, bytes, field, int32, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const serviceReference = struct(
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference',
  {
    namespace: string(),
    name: string(),
    port: int32({ presence: 'pointer' }),
  },
  {
    defaults(self) {
      self.port ??= 443;
    },
  },
);
export interface ServiceReference extends Infer<typeof serviceReference> {}

export const apiServiceSpec = struct('io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec', {
  service: field(serviceReference, { presence: 'pointer' }),
  group: string(),
  version: string(),
  insecureSkipTLSVerify: boolean(),
  caBundle: bytes({ listType: 'atomic' }),
  groupPriorityMinimum: int32({ presence: 'always', required: 'published' }),
  versionPriority: int32({ presence: 'always', required: 'published' }),
});
export interface APIServiceSpec extends Infer<typeof apiServiceSpec> {}

export const apiServiceCondition = struct('io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition', {
  type: string({ presence: 'always', required: 'published' }),
  status: string({ presence: 'always', required: 'published' }),
  lastTransitionTime: time({ presence: 'always' }),
  reason: string(),
  message: string(),
});
export interface APIServiceCondition extends Infer<typeof apiServiceCondition> {}

export const apiServiceStatus = struct('io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus', {
  conditions: list(apiServiceCondition, { listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface APIServiceStatus extends Infer<typeof apiServiceStatus> {}

function availableCell({ conditions = [] }: APIServiceStatus): string {
  const condition = conditions.find(({ type }) => type === 'Available');
  if (condition === undefined) return 'Unknown';
  const { status, reason = '' } = condition;
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}

export const apiService = defineKind({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  nameProblems: nameIsPathSegment,
  name: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  fields: {
    spec: field(apiServiceSpec, { presence: 'always' }),
    status: field(apiServiceStatus, { presence: 'always' }),
  },
  check: (next, _old, at, { subresource }) =>
    subresource === 'status' ? [...validateApiServiceStatus(next.status, at.child('status'))] : [...validateApiService(next, at)],
  columns: [
    nameColumn,
    {
      name: 'Service',
      type: 'string',
      value: ({ spec: { service } }) => (service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`),
    },
    { name: 'Available', type: 'string', value: ({ status }) => availableCell(status) },
    ageColumn,
  ],
});
export interface APIService extends Infer<typeof apiService> {}
