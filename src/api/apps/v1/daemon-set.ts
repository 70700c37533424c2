// DaemonSet: one Pod on every node.

import { defineKind } from '../../../machinery/kind.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid, notSupported, required } from '../../../machinery/problem.ts';
import { podTemplateSpec } from '../../core/v1/pod-spec.ts';
import { ageColumn, labelsCell, nameColumn, selectorCell, templateColumns } from '../../core/v1/workload-cells.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { nonNegative, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { countsAreNatural, neverDecremented } from './replica-status-validation.ts';
import { atMostAll, countOrPercent, isNothing } from './rolling-update-validation.ts';
import { validateDaemonSelectorAndTemplate } from './workload-selector.ts';
import { field, int32, int64, intOrString, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const rollingUpdateDaemonSet = struct('io.k8s.api.apps.v1.RollingUpdateDaemonSet', {
  maxUnavailable: intOrString({ presence: 'pointer', pb: 1 }),
  maxSurge: intOrString({ presence: 'pointer', pb: 2 }),
});
export interface RollingUpdateDaemonSet extends Infer<typeof rollingUpdateDaemonSet> {}

export const daemonSetUpdateStrategy = struct(
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy',
  {
    type: string({ pb: 1, enum: ['OnDelete', 'RollingUpdate'], enumChecked: false }),
    rollingUpdate: field(rollingUpdateDaemonSet, { presence: 'pointer', pb: 2 }),
  },
  {
    defaults(self) {
      self.type ||= 'RollingUpdate';
      if (self.type === 'RollingUpdate') self.rollingUpdate ??= {};
      if (self.rollingUpdate === undefined) return;
      self.rollingUpdate.maxUnavailable ??= self.type === 'RollingUpdate' ? 1 : 0;
      self.rollingUpdate.maxSurge ??= 0;
    },
  },
);
export interface DaemonSetUpdateStrategy extends Infer<typeof daemonSetUpdateStrategy> {}

export const daemonSetSpec = struct(
  'io.k8s.api.apps.v1.DaemonSetSpec',
  {
    selector: field(labelSelector, { presence: 'pointer', pb: 1, required: 'published' }),
    template: field(podTemplateSpec, { presence: 'always', pb: 2, required: 'published' }),
    updateStrategy: field(daemonSetUpdateStrategy, { presence: 'always', pb: 3 }),
    minReadySeconds: int32({ pb: 4 }),
    revisionHistoryLimit: int32({ presence: 'pointer', pb: 6 }),
  },
  {
    defaults(self) {
      self.revisionHistoryLimit ??= 10;
    },
  },
);
export interface DaemonSetSpec extends Infer<typeof daemonSetSpec> {}

export const daemonSetCondition = struct('io.k8s.api.apps.v1.DaemonSetCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastTransitionTime: time({ presence: 'always', pb: 3 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface DaemonSetCondition extends Infer<typeof daemonSetCondition> {}

export const daemonSetStatus = struct('io.k8s.api.apps.v1.DaemonSetStatus', {
  currentNumberScheduled: int32({ presence: 'always', pb: 1, required: 'published' }),
  numberMisscheduled: int32({ presence: 'always', pb: 2, required: 'published' }),
  desiredNumberScheduled: int32({ presence: 'always', pb: 3, required: 'published' }),
  numberReady: int32({ presence: 'always', pb: 4, required: 'published' }),
  observedGeneration: int64({ pb: 5 }),
  updatedNumberScheduled: int32({ pb: 6 }),
  numberAvailable: int32({ pb: 7 }),
  numberUnavailable: int32({ pb: 8 }),
  collisionCount: int32({ presence: 'pointer', pb: 9 }),
  conditions: list(daemonSetCondition, { pb: 10, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
});
export interface DaemonSetStatus extends Infer<typeof daemonSetStatus> {}

function* validateUpdateStrategy({ type = '', rollingUpdate }: DaemonSetUpdateStrategy, at: FieldPath): Problems {
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    const shown = rollingUpdate && { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 };
    return yield notSupported(at, { Type: type, RollingUpdate: shown ?? null }, ['RollingUpdate', 'OnDelete']);
  }
  if (rollingUpdate === undefined) return yield required(at.child('rollingUpdate'));
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const unavailable = at.child('rollingUpdate', 'maxUnavailable');
  const surge = at.child('rollingUpdate', 'maxSurge');
  yield* countOrPercent(maxUnavailable, unavailable);
  yield* countOrPercent(maxSurge, surge);
  yield* atMostAll(maxUnavailable, unavailable);
  yield* atMostAll(maxSurge, surge);
  if (!isNothing(maxUnavailable) && !isNothing(maxSurge)) yield invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero');
  if (isNothing(maxUnavailable) && isNothing(maxSurge)) yield required(unavailable, 'cannot be 0 when maxSurge is 0');
}

function* validateSpec(spec: DaemonSetSpec, old: DaemonSetSpec | undefined, at: FieldPath): Problems {
  if (old !== undefined) yield* unchanged(at.child('selector'), spec.selector, old.selector);
  yield* validateDaemonSelectorAndTemplate(spec, old, at);
  yield* nonNegative(at.child('minReadySeconds'), spec.minReadySeconds);
  yield* validateUpdateStrategy(spec.updateStrategy, at.child('updateStrategy'));
  yield* nonNegative(at.child('revisionHistoryLimit'), spec.revisionHistoryLimit);
}

function* validateStatus(status: DaemonSetStatus, old: DaemonSetStatus | undefined, at: FieldPath): Problems {
  const { conditions: _conditions, ...counts } = status;
  yield* countsAreNatural(counts, at);
  yield* neverDecremented(status.collisionCount, old?.collisionCount, at.child('collisionCount'));
}

export const daemonSet = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.apps.v1.DaemonSet',
  fields: {
    spec: field(daemonSetSpec, { presence: 'always', pb: 2 }),
    status: field(daemonSetStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateStatus(next.status, old?.status, at.child('status'))]
      : [...validateSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ status }) => status.desiredNumberScheduled },
    { name: 'Current', type: 'integer', value: ({ status }) => status.currentNumberScheduled },
    { name: 'Ready', type: 'integer', value: ({ status }) => status.numberReady },
    { name: 'Up-to-date', type: 'integer', value: ({ status }) => status.updatedNumberScheduled ?? 0 },
    { name: 'Available', type: 'integer', value: ({ status }) => status.numberAvailable ?? 0 },
    { name: 'Node Selector', type: 'string', value: ({ spec }) => labelsCell(spec.template.spec.nodeSelector) },
    ageColumn,
    ...templateColumns<{ readonly spec: DaemonSetSpec }>(
      ({ spec }) => spec.template,
      ({ spec }) => selectorCell(spec.selector),
    ),
  ],
});
export interface DaemonSet extends Infer<typeof daemonSet> {}
