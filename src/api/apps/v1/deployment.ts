// Deployment: rolls a ReplicaSet over to the next.

import { defineKind } from '../../../machinery/kind.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { podTemplateSpec } from '../../core/v1/pod-spec.ts';
import { ageColumn, nameColumn, templateColumns } from '../../core/v1/workload-cells.ts';
import { labelSelector } from '../../meta/v1/label-selector.ts';
import { labelSelectorOf } from '../../../machinery/selectors/label-selector.ts';
import { nonNegative, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { countsAreNatural, neverDecremented, partsFitReplicas } from './replica-status-validation.ts';
import { atMostAll, countOrPercent, isNothing } from './rolling-update-validation.ts';
import { validateSelectorAndTemplate } from './workload-selector.ts';
import { boolean, field, int32, int64, intOrString, list, string, struct, time } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const rollingUpdateDeployment = struct('io.k8s.api.apps.v1.RollingUpdateDeployment', {
  maxUnavailable: intOrString({ presence: 'pointer', pb: 1 }),
  maxSurge: intOrString({ presence: 'pointer', pb: 2 }),
});
export interface RollingUpdateDeployment extends Infer<typeof rollingUpdateDeployment> {}

export const deploymentStrategy = struct(
  'io.k8s.api.apps.v1.DeploymentStrategy',
  {
    type: string({ pb: 1, enum: ['Recreate', 'RollingUpdate'], enumChecked: false }),
    rollingUpdate: field(rollingUpdateDeployment, { presence: 'pointer', pb: 2 }),
  },
  {
    defaults(self) {
      self.type ||= 'RollingUpdate';
      if (self.type === 'RollingUpdate') self.rollingUpdate ??= {};
      if (self.rollingUpdate === undefined) return;
      // A type that does not roll has no use for the figures; they are zero where they are not given.
      const share = self.type === 'RollingUpdate' ? '25%' : 0;
      self.rollingUpdate.maxUnavailable ??= share;
      self.rollingUpdate.maxSurge ??= share;
    },
  },
);
export interface DeploymentStrategy extends Infer<typeof deploymentStrategy> {}

export const deploymentSpec = struct(
  'io.k8s.api.apps.v1.DeploymentSpec',
  {
    replicas: int32({ presence: 'pointer', pb: 1 }),
    selector: field(labelSelector, { presence: 'pointer', pb: 2, required: 'published' }),
    template: field(podTemplateSpec, { presence: 'always', pb: 3, required: 'published' }),
    strategy: field(deploymentStrategy, { presence: 'always', pb: 4, patchStrategy: ['retainKeys'] }),
    minReadySeconds: int32({ pb: 5 }),
    revisionHistoryLimit: int32({ presence: 'pointer', pb: 6 }),
    paused: boolean({ pb: 7 }),
    progressDeadlineSeconds: int32({ presence: 'pointer', pb: 9 }),
  },
  {
    defaults(self) {
      self.replicas ??= 1;
      self.revisionHistoryLimit ??= 10;
      self.progressDeadlineSeconds ??= 600;
    },
  },
);
export interface DeploymentSpec extends Infer<typeof deploymentSpec> {}

export const deploymentCondition = struct('io.k8s.api.apps.v1.DeploymentCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  lastUpdateTime: time({ presence: 'always', pb: 6 }),
  lastTransitionTime: time({ presence: 'always', pb: 7 }),
  reason: string({ pb: 4 }),
  message: string({ pb: 5 }),
});
export interface DeploymentCondition extends Infer<typeof deploymentCondition> {}

export const deploymentStatus = struct('io.k8s.api.apps.v1.DeploymentStatus', {
  observedGeneration: int64({ pb: 1 }),
  replicas: int32({ pb: 2 }),
  updatedReplicas: int32({ pb: 3 }),
  readyReplicas: int32({ pb: 7 }),
  availableReplicas: int32({ pb: 4 }),
  unavailableReplicas: int32({ pb: 5 }),
  terminatingReplicas: int32({ presence: 'pointer', pb: 9 }),
  conditions: list(deploymentCondition, { pb: 6, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
  collisionCount: int32({ presence: 'pointer', pb: 8 }),
});
export interface DeploymentStatus extends Infer<typeof deploymentStatus> {}

function* validateStrategy(strategy: DeploymentStrategy, at: FieldPath): Problems {
  const { type = '', rollingUpdate } = strategy;
  const here = at.child('rollingUpdate');
  if (type === 'Recreate') {
    if (rollingUpdate !== undefined) yield forbidden(here, "may not be specified when strategy `type` is 'Recreate'");
  } else if (type !== 'RollingUpdate')
    yield notSupported(at, { Type: type, RollingUpdate: internalRollingUpdate(rollingUpdate) }, ['Recreate', 'RollingUpdate']);
  else if (rollingUpdate === undefined) yield required(here, 'this should be defaulted and never be nil');
  else yield* validateRollingUpdate(rollingUpdate, here);
}

const internalRollingUpdate = (update: RollingUpdateDeployment | undefined): unknown =>
  update === undefined ? null : { MaxUnavailable: update.maxUnavailable ?? 0, MaxSurge: update.maxSurge ?? 0 };

function* validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment, at: FieldPath): Problems {
  yield* countOrPercent(maxUnavailable, at.child('maxUnavailable'));
  yield* countOrPercent(maxSurge, at.child('maxSurge'));
  if (isNothing(maxUnavailable) && isNothing(maxSurge))
    yield invalid(at.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  yield* atMostAll(maxUnavailable, at.child('maxUnavailable'));
}

function* validateSpec(spec: DeploymentSpec, old: DeploymentSpec | undefined, at: FieldPath): Problems {
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec;
  yield* nonNegative(at.child('replicas'), spec.replicas);
  yield* validateSelectorAndTemplate(spec, old, at);
  yield* validateStrategy(spec.strategy, at.child('strategy'));
  yield* nonNegative(at.child('minReadySeconds'), minReadySeconds);
  yield* nonNegative(at.child('revisionHistoryLimit'), spec.revisionHistoryLimit);
  yield* nonNegative(at.child('progressDeadlineSeconds'), deadline);
  if (deadline !== undefined && deadline <= minReadySeconds)
    yield invalid(at.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds');
  if (old !== undefined) yield* unchanged(at.child('selector'), spec.selector, old.selector);
}

function* validateStatus(status: DeploymentStatus, old: DeploymentStatus | undefined, at: FieldPath): Problems {
  const { observedGeneration, replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas } = status;
  const { terminatingReplicas, collisionCount } = status;
  yield* countsAreNatural({ observedGeneration, replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas }, at);
  yield* countsAreNatural({ terminatingReplicas, collisionCount }, at);
  yield* partsFitReplicas(status, { updatedReplicas }, at);
  yield* neverDecremented(collisionCount, old?.collisionCount, at.child('collisionCount'));
}

function fullSelectorCell({ spec }: { readonly spec: DeploymentSpec }): string {
  const selector = labelSelectorOf(spec.selector);
  return selector.ok ? String(selector.value) : '<invalid>';
}

export const deployment = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.apps.v1.Deployment',
  fields: {
    spec: field(deploymentSpec, { presence: 'always', pb: 2 }),
    status: field(deploymentStatus, { presence: 'always', pb: 3 }),
  },
  check: (next, old, at, { subresource }) =>
    subresource === 'status'
      ? [...validateStatus(next.status, old?.status, at.child('status'))]
      : [...validateSpec(next.spec, old?.spec, at.child('spec'))],
  columns: [
    nameColumn,
    { name: 'Ready', type: 'string', value: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    { name: 'Up-to-date', type: 'string', value: ({ status }) => status.updatedReplicas ?? 0 },
    { name: 'Available', type: 'string', value: ({ status }) => status.availableReplicas ?? 0 },
    ageColumn,
    ...templateColumns<{ readonly spec: DeploymentSpec }>(({ spec }) => spec.template, fullSelectorCell),
  ],
});
export interface Deployment extends Infer<typeof deployment> {}
