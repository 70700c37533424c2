// A DaemonSet's Pod: how it looks, which node it is for, and which nodes it may run on.

import type { DaemonSet } from '../../../api/apps/v1/daemon-set.ts';
import type { Affinity } from '../../../api/core/v1/affinity.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { matchesRequiredNodeAffinity } from '../../../api/core/v1/node-affinity-match.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../../api/core/v1/pod-spec.ts';
import type { Toleration } from '../../../api/core/v1/toleration.ts';
import { findUntoleratedTaint } from '../../../api/core/v1/toleration-match.ts';
import type { Sparse } from '../../../client/sparse.ts';
import { lookup } from '../../../machinery/schema.ts';
import { podFromTemplate } from '../../../runtime/workload/pod-control.ts';

export const HASH_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

/** Daemons stay where other Pods are driven off. */
const ALWAYS_TOLERATED: readonly (readonly [key: string, effect: string])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];
const TOLERATED_ON_HOST_NETWORK = ['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const;

function tolerationsOf({ spec }: PodTemplateSpec): readonly Toleration[] {
  const added = [...ALWAYS_TOLERATED, ...(spec.hostNetwork === true ? [TOLERATED_ON_HOST_NETWORK] : [])].map(
    ([key, effect]): Toleration => ({ key, operator: 'Exists', effect }),
  );
  const same = (a: Toleration, b: Toleration): boolean =>
    a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? '') === (b.value ?? '');
  const own = (spec.tolerations ?? []).filter((each) => !added.some((other) => same(each, other)));
  return [...own, ...added];
}

const templateGeneration = ({ metadata }: DaemonSet): string | undefined => lookup(metadata.annotations, GENERATION_ANNOTATION);

/** A new Pod for the node: the scheduler binds it there and nowhere else. */
export function newDaemonPod(set: DaemonSet, nodeName: string, hash: string): Sparse<Pod> {
  const { template } = set.spec;
  const generation = templateGeneration(set);
  const base = podFromTemplate(template, set);
  return {
    metadata: {
      ...base.metadata,
      labels: { ...base.metadata?.labels, [HASH_LABEL]: hash, ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }) },
    },
    spec: { ...template.spec, affinity: boundTo(template.spec.affinity, nodeName), tolerations: tolerationsOf(template) },
  };
}

function boundTo(affinity: Affinity | undefined, nodeName: string): Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }];
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  };
}

/** The node that the Pod is for, also before it is bound. */
export function targetNodeOf({ spec }: Pod): string {
  if ((spec.nodeName ?? '') !== '') return spec.nodeName ?? '';
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms) {
    const named = matchFields.find(({ key, operator, values }) => key === 'metadata.name' && operator === 'In' && values?.length === 1);
    if (named !== undefined) return named.values?.[0] ?? '';
  }
  return '';
}

/** Whether the Pod is of the current template. */
export function isUpdated({ metadata }: Pod, set: DaemonSet, hash: string): boolean {
  const generation = templateGeneration(set);
  return (
    lookup(metadata.labels, HASH_LABEL) === hash || (generation !== undefined && lookup(metadata.labels, GENERATION_LABEL) === generation)
  );
}

export interface Fit {
  readonly shouldRun: boolean;
  /** Whether a Pod that is there may stay. */
  readonly mayStay: boolean;
}

/** Whether the node is one for this DaemonSet. */
export function fitOf(node: Node, { spec: { template } }: DaemonSet): Fit {
  const { name = '', labels } = node.metadata;
  const nodeName = template.spec.nodeName ?? '';
  if ((nodeName !== '' && nodeName !== name) || !matchesRequiredNodeAffinity(template.spec, { name, labels }))
    return { shouldRun: false, mayStay: false };
  const tolerations = tolerationsOf(template);
  const evicted = findUntoleratedTaint(node.spec.taints, tolerations, ['NoExecute']) !== undefined;
  const repelled = findUntoleratedTaint(node.spec.taints, tolerations, ['NoSchedule']) !== undefined;
  return { shouldRun: !evicted && !repelled, mayStay: !evicted };
}
