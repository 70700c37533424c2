// MutatingWebhookConfiguration: webhooks that may change objects.

import { validateWebhooks } from './webhook-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { matchCondition, ruleWithOperations } from './rules.ts';
import { webhookClientConfig } from './webhook-client-config.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;

export const mutatingWebhook = struct(
  'io.k8s.api.admissionregistration.v1.MutatingWebhook',
  {
    name: string({ presence: 'always', pb: 1, required: 'published' }),
    clientConfig: field(webhookClientConfig, { presence: 'always', pb: 2, required: 'published' }),
    rules: list(ruleWithOperations, { pb: 3, listType: 'atomic' }),
    failurePolicy: string({ presence: 'pointer', pb: 4, enum: ['Fail', 'Ignore'], enumChecked: false }),
    matchPolicy: string({ presence: 'pointer', pb: 9, enum: ['Equivalent', 'Exact'], enumChecked: false }),
    namespaceSelector: field(labelSelector, { presence: 'pointer', pb: 5 }),
    objectSelector: field(labelSelector, { presence: 'pointer', pb: 11 }),
    sideEffects: string({
      presence: 'pointer',
      pb: 6,
      required: 'published',
      enum: ['None', 'NoneOnDryRun', 'Some', 'Unknown'],
      enumChecked: false,
    }),
    timeoutSeconds: int32({ presence: 'pointer', pb: 7 }),
    admissionReviewVersions: list(string(), { presence: 'always', pb: 8, required: 'published', listType: 'atomic' }),
    reinvocationPolicy: string({ presence: 'pointer', pb: 10, enum: ['IfNeeded', 'Never'], enumChecked: false }),
    matchConditions: list(matchCondition, { pb: 12, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  },
  {
    defaults(self) {
      self.failurePolicy ??= 'Fail';
      self.matchPolicy ??= 'Equivalent';
      self.namespaceSelector ??= {};
      self.objectSelector ??= {};
      self.timeoutSeconds ??= DEFAULT_TIMEOUT_SECONDS;
      self.reinvocationPolicy ??= 'Never';
    },
  },
);
export interface MutatingWebhook extends Infer<typeof mutatingWebhook> {}

export const mutatingWebhookConfiguration = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  metadataRules: 'generic',
  name: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  fields: {
    webhooks: list(mutatingWebhook, { listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
  },
  check: (next, old, at) => [...validateWebhooks(next.webhooks ?? [], old && (old.webhooks ?? []), at.child('webhooks'))],
  columns: [nameColumn, { name: 'Webhooks', type: 'integer', value: ({ webhooks = [] }) => webhooks.length }, ageColumn],
});
export interface MutatingWebhookConfiguration extends Infer<typeof mutatingWebhookConfiguration> {}
