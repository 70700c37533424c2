// PriorityLevelConfiguration: how many requests of a level run at once.

import { validatePriorityLevel } from './priority-level-configuration-validation.ts';
import { validateTypes } from './flow-schema-validation.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { field, int32, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const exemptPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration',
  {
    nominalConcurrencyShares: int32({ presence: 'pointer', pb: 1 }),
    lendablePercent: int32({ presence: 'pointer', pb: 2 }),
  },
  {
    defaults(self) {
      self.nominalConcurrencyShares ??= 0;
      self.lendablePercent ??= 0;
    },
  },
);
export interface ExemptPriorityLevelConfiguration extends Infer<typeof exemptPriorityLevelConfiguration> {}

export const queuingConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration',
  {
    queues: int32({ presence: 'always', pb: 1 }),
    handSize: int32({ presence: 'always', pb: 2 }),
    queueLengthLimit: int32({ presence: 'always', pb: 3 }),
  },
  {
    defaults(self) {
      self.handSize ||= 8;
      self.queues ||= 64;
      self.queueLengthLimit ||= 50;
    },
  },
);
export interface QueuingConfiguration extends Infer<typeof queuingConfiguration> {}

export const limitResponse = struct(
  'io.k8s.api.flowcontrol.v1.LimitResponse',
  {
    type: string({ presence: 'always', pb: 1, required: 'published' }),
    queuing: field(queuingConfiguration, { presence: 'pointer', pb: 2 }),
  },
  { union: ['queuing'] },
);
export interface LimitResponse extends Infer<typeof limitResponse> {}

export const limitedPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration',
  {
    nominalConcurrencyShares: int32({ presence: 'pointer', pb: 1 }),
    limitResponse: field(limitResponse, { presence: 'always', pb: 2 }),
    lendablePercent: int32({ presence: 'pointer', pb: 3 }),
    borrowingLimitPercent: int32({ presence: 'pointer', pb: 4 }),
  },
  {
    defaults(self) {
      self.nominalConcurrencyShares ??= 30;
      self.lendablePercent ??= 0;
    },
  },
);
export interface LimitedPriorityLevelConfiguration extends Infer<typeof limitedPriorityLevelConfiguration> {}

export const priorityLevelConfigurationSpec = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec',
  {
    type: string({ presence: 'always', pb: 1, required: 'published' }),
    limited: field(limitedPriorityLevelConfiguration, { presence: 'pointer', pb: 2 }),
    exempt: field(exemptPriorityLevelConfiguration, { presence: 'pointer', pb: 3 }),
  },
  { union: ['exempt', 'limited'] },
);
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
  conditions: list(priorityLevelConfigurationCondition, {
    pb: 1,
    listType: 'map',
    listMapKeys: ['type'],
    mergeKey: 'type',
    patchStrategy: ['merge'],
  }),
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
  check: (next, _old, at, { subresource }) => [
    ...(subresource === 'status' ? [] : validatePriorityLevel(next, at.child('spec'))),
    ...validateTypes(next.status.conditions ?? [], at.child('status', 'conditions')),
  ],
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', value: ({ spec }) => spec.type },
    { name: 'NominalConcurrencyShares', type: 'string', value: ({ spec }) => spec.limited?.nominalConcurrencyShares ?? '<none>' },
    { name: 'Queues', type: 'string', value: ({ spec }) => spec.limited?.limitResponse.queuing?.queues ?? '<none>' },
    { name: 'HandSize', type: 'string', value: ({ spec }) => spec.limited?.limitResponse.queuing?.handSize ?? '<none>' },
    { name: 'QueueLengthLimit', type: 'string', value: ({ spec }) => spec.limited?.limitResponse.queuing?.queueLengthLimit ?? '<none>' },
    ageColumn,
  ],
});
export interface PriorityLevelConfiguration extends Infer<typeof priorityLevelConfiguration> {}
