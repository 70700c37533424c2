// PriorityLevelConfiguration: how many requests of a level run at once.

import { defineKind } from '../../../machinery/kind.ts';
import { field, int32, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const exemptPriorityLevelConfiguration = struct('io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration', {
  nominalConcurrencyShares: int32({ presence: 'pointer', pb: 1 }),
  lendablePercent: int32({ presence: 'pointer', pb: 2 }),
});
export interface ExemptPriorityLevelConfiguration extends Infer<typeof exemptPriorityLevelConfiguration> {}

export const queuingConfiguration = struct('io.k8s.api.flowcontrol.v1.QueuingConfiguration', {
  queues: int32({ presence: 'always', pb: 1 }),
  handSize: int32({ presence: 'always', pb: 2 }),
  queueLengthLimit: int32({ presence: 'always', pb: 3 }),
});
export interface QueuingConfiguration extends Infer<typeof queuingConfiguration> {}

export const limitResponse = struct('io.k8s.api.flowcontrol.v1.LimitResponse', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  queuing: field(queuingConfiguration, { presence: 'pointer', pb: 2 }),
}, { union: ['queuing'] });
export interface LimitResponse extends Infer<typeof limitResponse> {}

export const limitedPriorityLevelConfiguration = struct('io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration', {
  nominalConcurrencyShares: int32({ presence: 'pointer', pb: 1 }),
  limitResponse: field(limitResponse, { presence: 'always', pb: 2 }),
  lendablePercent: int32({ presence: 'pointer', pb: 3 }),
  borrowingLimitPercent: int32({ presence: 'pointer', pb: 4 }),
});
export interface LimitedPriorityLevelConfiguration extends Infer<typeof limitedPriorityLevelConfiguration> {}

export const priorityLevelConfigurationSpec = struct('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  limited: field(limitedPriorityLevelConfiguration, { presence: 'pointer', pb: 2 }),
  exempt: field(exemptPriorityLevelConfiguration, { presence: 'pointer', pb: 3 }),
}, { union: ['exempt', 'limited'] });
export interface PriorityLevelConfigurationSpec extends Infer<typeof priorityLevelConfigurationSpec> {}

export const priorityLevelConfigurationCondition = struct('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition', {
  type: string({ pb: 1 }),
  status: string({ pb: 2 }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface PriorityLevelConfigurationCondition extends Infer<typeof priorityLevelConfigurationCondition> {}

export const priorityLevelConfigurationStatus = struct('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus', {
  conditions: list(priorityLevelConfigurationCondition, { pb: 1, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface PriorityLevelConfigurationStatus extends Infer<typeof priorityLevelConfigurationStatus> {}

export const priorityLevelConfiguration = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  scope: 'Cluster',
  name: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  fields: {
    spec: field(priorityLevelConfigurationSpec, { presence: 'always', pb: 2 }),
    status: field(priorityLevelConfigurationStatus, { presence: 'always', pb: 3 }),
  },
});
export interface PriorityLevelConfiguration extends Infer<typeof priorityLevelConfiguration> {}
