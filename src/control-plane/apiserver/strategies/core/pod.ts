// How a Pod is written: it begins Pending, ends gracefully, and each of its subresources owns a part of it.

import { qosClassOf } from '../../../../api/core/v1/pod-qos.ts';
import { isTerminalPhase } from '../../../../api/core/v1/pod-phase.ts';
import type { PodCondition } from '../../../../api/core/v1/pod-status.ts';
import { pod } from '../../../../api/core/v1/pod.ts';
import type { Pod } from '../../../../api/core/v1/pod.ts';
import { draftOf } from '../../../../machinery/draft.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { lookup } from '../../../../machinery/schema.ts';
import { printTime } from '../../../../machinery/timestamp.ts';
import type { GracefulDeletion, ObjectSubresource, Strategy, Subresource, WriteContext } from '../../../../server/strategy.ts';
import { nameWarnings } from '../name-warning.ts';
import { keepField, keepMetadata, resource, statusOnly } from '../resource.ts';

type Container = Draft<Pod>['spec']['containers'][number];
type Affinity = NonNullable<Draft<Pod>['spec']['affinity']>;
type AffinityTerm = NonNullable<NonNullable<Affinity['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']>[number];

function gracefulDeletion({ spec, status }: Pod, asked: number | undefined): GracefulDeletion {
  // Nobody would end a Pod that is on no node, or that has ended.
  if ((spec.nodeName ?? '') === '' || isTerminalPhase(status.phase)) return { gracePeriodSeconds: 0 };
  const seconds = asked ?? Number(spec.terminationGracePeriodSeconds ?? 0);
  return { gracePeriodSeconds: seconds < 0 ? 1 : seconds };
}

/** Requires (or forbids) the values that the Pod's own labels have. */
function mergeKeys(term: AffinityTerm, labels: Readonly<Record<string, string>> | undefined): void {
  const { labelSelector } = term;
  if (labelSelector === undefined) return;
  for (const [operator, keys] of [
    ['In', term.matchLabelKeys],
    ['NotIn', term.mismatchLabelKeys],
  ] as const) {
    for (const key of keys ?? []) {
      const value = lookup(labels, key);
      if (value !== undefined)
        labelSelector.matchExpressions = [...(labelSelector.matchExpressions ?? []), { key, operator, values: [value] }];
    }
  }
}

/** Turns label keys of terms into selectors: schedulers read selectors only. */
function mergeLabelKeys({ metadata, spec }: Draft<Pod>): void {
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      mergeKeys(podAffinityTerm, metadata.labels);
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeKeys(term, metadata.labels);
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    for (const key of constraint.labelSelector === undefined ? [] : (constraint.matchLabelKeys ?? [])) {
      const value = lookup(metadata.labels, key);
      const { labelSelector } = constraint;
      if (value !== undefined && labelSelector !== undefined) {
        labelSelector.matchExpressions = [...(labelSelector.matchExpressions ?? []), { key, operator: 'In', values: [value] }];
      }
    }
  }
}

function begin(draft: Draft<Pod>, { nowMs }: WriteContext): void {
  draft.metadata.generation = 1;
  draft.status = { phase: 'Pending', qosClass: qosClassOf(draft.spec) };
  if ((draft.spec.schedulingGates ?? []).length > 0) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    const gated = { type: 'PodScheduled', status: 'False', lastTransitionTime: printTime(nowMs), reason: 'SchedulingGated', message };
    draft.status.conditions = [gated as Draft<PodCondition>];
  }
  mergeLabelKeys(draft);
}

/** A report that leaves out which generation it is about does not take it back. */
function keepObservedGenerations({ status }: Draft<Pod>, old: Pod): void {
  if (Number(status.observedGeneration ?? 0) === 0) keepField(status, old.status, 'observedGeneration');
  const before = new Map<string, unknown[]>();
  for (const { type, observedGeneration } of old.status.conditions ?? [])
    before.set(type, [...(before.get(type) ?? []), observedGeneration]);
  for (const condition of status.conditions ?? []) {
    const kept = before.get(condition.type)?.shift();
    if (Number(condition.observedGeneration ?? 0) === 0 && kept !== undefined) condition.observedGeneration = kept as number;
  }
}

const status = statusOnly<Pod>({
  keeps: ['ownerReferences'],
  prepare(draft, old) {
    keepField(draft.metadata, old.metadata, 'deletionTimestamp');
    if ((draft.status.qosClass ?? '') === '') keepField(draft.status, old.status, 'qosClass');
    keepObservedGenerations(draft, old);
  },
});

const ephemeralContainers: ObjectSubresource<Pod> = {
  kind: 'object',
  verbs: ['get', 'update', 'patch'],
  merge(draft, old) {
    const { ephemeralContainers: added } = draft.spec;
    keepField(draft, old, 'spec');
    keepField(draft, old, 'status');
    keepMetadata(draft, old);
    if (added === undefined) delete draft.spec.ephemeralContainers;
    else draft.spec.ephemeralContainers = added;
  },
};

/** The old containers with the new resources; undefined where the lists do not match, which validation then refuses. */
function resized(next: readonly Container[] | undefined, old: readonly Container[] | undefined): Container[] | undefined {
  if ((next ?? []).some(({ name }, index) => old?.[index]?.name !== name)) return undefined;
  return (old ?? []).map((container, index) => {
    const { resources, resizePolicy } = next?.[index] ?? container;
    const kept: Container = { ...container, resources };
    if (resizePolicy === undefined) delete kept.resizePolicy;
    else kept.resizePolicy = resizePolicy;
    return kept;
  });
}

const resize: ObjectSubresource<Pod> = {
  kind: 'object',
  verbs: ['get', 'update', 'patch'],
  merge(draft, old) {
    const before = draftOf(old.spec);
    if (
      draft.spec.containers.length !== before.containers.length ||
      (draft.spec.initContainers ?? []).length !== (before.initContainers ?? []).length
    )
      return;
    const containers = resized(draft.spec.containers, before.containers) ?? draft.spec.containers;
    const initContainers = resized(draft.spec.initContainers, before.initContainers) ?? draft.spec.initContainers;
    const { resources } = draft.spec;
    draft.spec = { ...before, containers };
    if (initContainers !== undefined && initContainers.length > 0) draft.spec.initContainers = initContainers;
    if (resources === undefined) delete draft.spec.resources;
    else draft.spec.resources = resources;
    keepField(draft, old, 'status');
    keepMetadata(draft, old);
  },
};

/** `actions` are the subresources that do something: log, exec, binding … */
export const podStrategy = (actions: Readonly<Record<string, Subresource<Pod>>>): Strategy =>
  resource(pod, {
    resetOnUpdate: ['status'],
    bumpsGeneration: ['spec'],
    returnsDeletedObject: true,
    gracefulDeletion,
    prepareForCreate: begin,
    warnings: (next, old) => nameWarnings(next, old, "in the Pod's hostname"),
    subresources: { ...actions, status, ephemeralcontainers: ephemeralContainers, resize },
  });
