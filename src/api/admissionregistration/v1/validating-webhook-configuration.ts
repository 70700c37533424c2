// ValidatingWebhookConfiguration: webhooks that may refuse.

import { validateWebhooks } from './webhook-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { matchCondition, ruleWithOperations } from './rules.ts';
import { webhookClientConfig } from './webhook-client-config.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;

export const validatingWebhook = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhook',
  {
    name: string({ presence: 'always', pb: 1, required: 'published' }),
    clientConfig: field(webhookClientConfig, { presence: 'always', pb: 2, required: 'published' }),
    rules: list(ruleWithOperations, { pb: 3, listType: 'atomic' }),
    failurePolicy: string({ presence: 'pointer', pb: 4, enum: ['Fail', 'Ignore'], enumChecked: false }),
    matchPolicy: string({ presence: 'pointer', pb: 9, enum: ['Equivalent', 'Exact'], enumChecked: false }),
    namespaceSelector: field(labelSelector, { presence: 'pointer', pb: 5 }),
    objectSelector: field(labelSelector, { presence: 'pointer', pb: 10 }),
    sideEffects: string({
      presence: 'pointer',
      pb: 6,
      required: 'published',
      enum: ['None', 'NoneOnDryRun', 'Some', 'Unknown'],
      enumChecked: false,
    }),
    timeoutSeconds: int32({ presence: 'pointer', pb: 7 }),
    admissionReviewVersions: list(string(), { presence: 'always', pb: 8, required: 'published', listType: 'atomic' }),
    matchConditions: list(matchCondition, { pb: 11, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  },
  {
    defaults(self) {
      self.failurePolicy ??= 'Fail';
      self.matchPolicy ??= 'Equivalent';
      self.namespaceSelector ??= {};
      self.objectSelector ??= {};
      self.timeoutSeconds ??= DEFAULT_TIMEOUT_SECONDS;
    },
  },
);
export interface ValidatingWebhook extends Infer<typeof validatingWebhook> {}

export const validatingWebhookConfiguration = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  fields: {
    webhooks: list(validatingWebhook, { listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  },
  check: (next, old, at) => [...validateWebhooks(next.webhooks ?? [], old && (old.webhooks ?? []), at.child('webhooks'))],
  columns: [nameColumn, { name: 'Webhooks', type: 'integer', value: ({ webhooks = [] }) => webhooks.length }, ageColumn],
});
export interface ValidatingWebhookConfiguration extends Infer<typeof validatingWebhookConfiguration> {}
