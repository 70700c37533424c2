// Node affinity, Pod affinity and anti-affinity, topology spread.

import { labelSelector } from '../../meta/v1/label-selector.ts';
import { field, int32, list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const nodeSelectorRequirement = struct('io.k8s.api.core.v1.NodeSelectorRequirement', {
  key: string({ presence: 'always', pb: 1, required: 'published' }),
  operator: string({
    presence: 'always',
    pb: 2,
    required: 'published',
    enum: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'],
    enumChecked: false,
  }),
  values: list(string(), { pb: 3, listType: 'atomic' }),
});
export interface NodeSelectorRequirement extends Infer<typeof nodeSelectorRequirement> {}

export const nodeSelectorTerm = struct(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  {
    matchExpressions: list(nodeSelectorRequirement, { pb: 1, listType: 'atomic' }),
    matchFields: list(nodeSelectorRequirement, { pb: 2, listType: 'atomic' }),
  },
  { structType: 'atomic' },
);
export interface NodeSelectorTerm extends Infer<typeof nodeSelectorTerm> {}

export const nodeSelector = struct(
  'io.k8s.api.core.v1.NodeSelector',
  {
    nodeSelectorTerms: list(nodeSelectorTerm, { presence: 'always', pb: 1, required: 'published', listType: 'atomic' }),
  },
  { structType: 'atomic' },
);
export interface NodeSelector extends Infer<typeof nodeSelector> {}

export const preferredSchedulingTerm = struct('io.k8s.api.core.v1.PreferredSchedulingTerm', {
  weight: int32({ presence: 'always', pb: 1, required: 'published' }),
  preference: field(nodeSelectorTerm, { presence: 'always', pb: 2, required: 'published' }),
});
export interface PreferredSchedulingTerm extends Infer<typeof preferredSchedulingTerm> {}

export const nodeAffinity = struct('io.k8s.api.core.v1.NodeAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: field(nodeSelector, { presence: 'pointer', pb: 1 }),
  preferredDuringSchedulingIgnoredDuringExecution: list(preferredSchedulingTerm, { pb: 2, listType: 'atomic' }),
});
export interface NodeAffinity extends Infer<typeof nodeAffinity> {}

export const podAffinityTerm = struct('io.k8s.api.core.v1.PodAffinityTerm', {
  labelSelector: field(labelSelector, { presence: 'pointer', pb: 1 }),
  namespaces: list(string(), { pb: 2, listType: 'atomic' }),
  topologyKey: string({ presence: 'always', pb: 3, required: 'published' }),
  namespaceSelector: field(labelSelector, { presence: 'pointer', pb: 4 }),
  matchLabelKeys: list(string(), { pb: 5, listType: 'atomic' }),
  mismatchLabelKeys: list(string(), { pb: 6, listType: 'atomic' }),
});
export interface PodAffinityTerm extends Infer<typeof podAffinityTerm> {}

export const weightedPodAffinityTerm = struct('io.k8s.api.core.v1.WeightedPodAffinityTerm', {
  weight: int32({ presence: 'always', pb: 1, required: 'published' }),
  podAffinityTerm: field(podAffinityTerm, { presence: 'always', pb: 2, required: 'published' }),
});
export interface WeightedPodAffinityTerm extends Infer<typeof weightedPodAffinityTerm> {}

export const podAffinity = struct('io.k8s.api.core.v1.PodAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm, { pb: 1, listType: 'atomic' }),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodAffinityTerm, { pb: 2, listType: 'atomic' }),
});
export interface PodAffinity extends Infer<typeof podAffinity> {}

export const podAntiAffinity = struct('io.k8s.api.core.v1.PodAntiAffinity', {
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm, { pb: 1, listType: 'atomic' }),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodAffinityTerm, { pb: 2, listType: 'atomic' }),
});
export interface PodAntiAffinity extends Infer<typeof podAntiAffinity> {}

export const affinity = struct('io.k8s.api.core.v1.Affinity', {
  nodeAffinity: field(nodeAffinity, { presence: 'pointer', pb: 1 }),
  podAffinity: field(podAffinity, { presence: 'pointer', pb: 2 }),
  podAntiAffinity: field(podAntiAffinity, { presence: 'pointer', pb: 3 }),
});
export interface Affinity extends Infer<typeof affinity> {}

export const topologySpreadConstraint = struct('io.k8s.api.core.v1.TopologySpreadConstraint', {
  maxSkew: int32({ presence: 'always', pb: 1, required: 'published' }),
  topologyKey: string({ presence: 'always', pb: 2, required: 'published' }),
  whenUnsatisfiable: string({
    presence: 'always',
    pb: 3,
    required: 'published',
    enum: ['DoNotSchedule', 'ScheduleAnyway'],
    enumChecked: false,
  }),
  labelSelector: field(labelSelector, { presence: 'pointer', pb: 4 }),
  minDomains: int32({ presence: 'pointer', pb: 5 }),
  nodeAffinityPolicy: string({ presence: 'pointer', pb: 6, enum: ['Honor', 'Ignore'], enumChecked: false }),
  nodeTaintsPolicy: string({ presence: 'pointer', pb: 7, enum: ['Honor', 'Ignore'], enumChecked: false }),
  matchLabelKeys: list(string(), { pb: 8, listType: 'atomic' }),
});
export interface TopologySpreadConstraint extends Infer<typeof topologySpreadConstraint> {}
