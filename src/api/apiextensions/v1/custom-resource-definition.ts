// CustomResourceDefinition: a kind that users define.

import { validateDefinition } from './custom-resource-definition-validation.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { jsonSchemaProps } from './json-schema.ts';
import { boolean, bytes, field, int32, int64, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const serviceReference = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference',
  {
    namespace: string({ presence: 'always', required: 'published' }),
    name: string({ presence: 'always', required: 'published' }),
    path: string({ presence: 'pointer' }),
    port: int32({ presence: 'pointer' }),
  },
  {
    defaults(self) {
      self.port ??= 443;
    },
  },
);
export interface ServiceReference extends Infer<typeof serviceReference> {}

export const webhookClientConfig = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig', {
  url: string({ presence: 'pointer' }),
  service: field(serviceReference, { presence: 'pointer' }),
  caBundle: bytes(),
});
export interface WebhookClientConfig extends Infer<typeof webhookClientConfig> {}

export const webhookConversion = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion', {
  clientConfig: field(webhookClientConfig, { presence: 'pointer' }),
  conversionReviewVersions: list(string(), { presence: 'always', required: 'published', listType: 'atomic' }),
});
export interface WebhookConversion extends Infer<typeof webhookConversion> {}

export const customResourceConversion = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion', {
  strategy: string({ presence: 'always', required: 'published' }),
  webhook: field(webhookConversion, { presence: 'pointer' }),
});
export interface CustomResourceConversion extends Infer<typeof customResourceConversion> {}

export const customResourceDefinitionNames = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames',
  {
    plural: string({ presence: 'always', required: 'published' }),
    singular: string(),
    shortNames: list(string(), { listType: 'atomic' }),
    kind: string({ presence: 'always', required: 'published' }),
    listKind: string(),
    categories: list(string(), { listType: 'atomic' }),
  },
);
export interface CustomResourceDefinitionNames extends Infer<typeof customResourceDefinitionNames> {}

export const customResourceColumnDefinition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition',
  {
    name: string({ presence: 'always', required: 'published' }),
    type: string({ presence: 'always', required: 'published' }),
    format: string(),
    description: string(),
    priority: int32(),
    jsonPath: string({ presence: 'always', required: 'published' }),
  },
);
export interface CustomResourceColumnDefinition extends Infer<typeof customResourceColumnDefinition> {}

export const customResourceSubresourceScale = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale',
  {
    specReplicasPath: string({ presence: 'always', required: 'published' }),
    statusReplicasPath: string({ presence: 'always', required: 'published' }),
    labelSelectorPath: string({ presence: 'pointer' }),
  },
);
export interface CustomResourceSubresourceScale extends Infer<typeof customResourceSubresourceScale> {}

export const customResourceSubresourceStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus',
  {},
);
export interface CustomResourceSubresourceStatus extends Infer<typeof customResourceSubresourceStatus> {}

export const customResourceSubresources = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources', {
  status: field(customResourceSubresourceStatus, { presence: 'pointer' }),
  scale: field(customResourceSubresourceScale, { presence: 'pointer' }),
});
export interface CustomResourceSubresources extends Infer<typeof customResourceSubresources> {}

export const customResourceValidation = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation', {
  openAPIV3Schema: field(jsonSchemaProps, { presence: 'pointer' }),
});
export interface CustomResourceValidation extends Infer<typeof customResourceValidation> {}

export const selectableField = struct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField', {
  jsonPath: string({ presence: 'always', required: 'published' }),
});
export interface SelectableField extends Infer<typeof selectableField> {}

export const customResourceDefinitionVersion = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion',
  {
    name: string({ presence: 'always', required: 'published' }),
    served: boolean({ presence: 'always', required: 'published' }),
    storage: boolean({ presence: 'always', required: 'published' }),
    deprecated: boolean(),
    deprecationWarning: string({ presence: 'pointer' }),
    schema: field(customResourceValidation, { presence: 'pointer' }),
    subresources: field(customResourceSubresources, { presence: 'pointer' }),
    additionalPrinterColumns: list(customResourceColumnDefinition, { listType: 'atomic' }),
    selectableFields: list(selectableField, { listType: 'atomic' }),
  },
);
export interface CustomResourceDefinitionVersion extends Infer<typeof customResourceDefinitionVersion> {}

export const customResourceDefinitionSpec = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec',
  {
    group: string({ presence: 'always', required: 'published' }),
    names: field(customResourceDefinitionNames, { presence: 'always', required: 'published' }),
    scope: string({ presence: 'always', required: 'published' }),
    versions: list(customResourceDefinitionVersion, { presence: 'always', required: 'published', listType: 'atomic' }),
    conversion: field(customResourceConversion, { presence: 'pointer' }),
    preserveUnknownFields: boolean(),
  },
);
export interface CustomResourceDefinitionSpec extends Infer<typeof customResourceDefinitionSpec> {}

export const customResourceDefinitionCondition = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition',
  {
    type: string({ presence: 'always', required: 'published' }),
    status: string({ presence: 'always', required: 'published' }),
    lastTransitionTime: time({ presence: 'always' }),
    reason: string(),
    message: string(),
    observedGeneration: int64(),
  },
);
export interface CustomResourceDefinitionCondition extends Infer<typeof customResourceDefinitionCondition> {}

export const customResourceDefinitionStatus = struct(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus',
  {
    conditions: list(customResourceDefinitionCondition, { presence: 'always', listType: 'map', listMapKeys: ['type'] }),
    acceptedNames: field(customResourceDefinitionNames, { presence: 'always' }),
    storedVersions: list(string(), { presence: 'always', listType: 'atomic' }),
    observedGeneration: int64(),
  },
);
export interface CustomResourceDefinitionStatus extends Infer<typeof customResourceDefinitionStatus> {}

export const customResourceDefinition = defineKind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  fields: {
    spec: field(customResourceDefinitionSpec, { presence: 'always', required: 'published' }),
    status: field(customResourceDefinitionStatus, { presence: 'always' }),
  },
  defaults({ spec, status }) {
    const { names } = spec;
    if ((names.singular ?? '') === '') names.singular = names.kind.toLowerCase();
    if ((names.listKind ?? '') === '' && names.kind !== '') names.listKind = `${names.kind}List`;
    spec.conversion ??= { strategy: 'None' };
    const stored = spec.versions.find(({ storage }) => storage)?.name;
    if (status.storedVersions.length === 0 && stored !== undefined) status.storedVersions = [stored];
  },
  check: (next, old, at, { subresource }) => (subresource === 'status' ? [] : [...validateDefinition(next, old, at)]),
});
export interface CustomResourceDefinition extends Infer<typeof customResourceDefinition> {}
