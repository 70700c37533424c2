// A Job's Pods: which index one works on, whether it failed, and how a new one looks.

import type { Job } from '../../../api/batch/v1/job.ts';
import type { Container } from '../../../api/core/v1/container.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodTerminal } from '../../../api/core/v1/pod-phase.ts';
import type { Sparse } from '../../../client/sparse.ts';
import { lookup } from '../../../machinery/schema.ts';
import { podFromTemplate } from '../../../runtime/workload/pod-control.ts';
import { judgeFailure } from './policies.ts';

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
const INDEX_ANNOTATION = 'batch.kubernetes.io/job-completion-index';
const FAILURES_ANNOTATION = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED_FAILURES_ANNOTATION = 'batch.kubernetes.io/job-index-ignored-failure-count';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';
const MAX_GENERATED_BASE = 58;

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true;

/** Whether a Pod that is still on its way out is not replaced yet. */
export const replacesOnlyFailed = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;

export const isTracked = ({ metadata }: Pod): boolean => (metadata.finalizers ?? []).includes(TRACKING_FINALIZER);

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod);

/** Whether the Pod counts as failed for this Job. */
export function isPodFailed({ status, metadata }: Pod, job: Job): boolean {
  if (status.phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && metadata.deletionTimestamp !== undefined && status.phase !== 'Succeeded';
}

function annotatedCount({ metadata }: Pod, name: string): number | undefined {
  const text = lookup(metadata.annotations, name) ?? '';
  return /^\+?[0-9]+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

/** The completion index that the Pod works on. */
export const indexOf = (pod: Pod): number | undefined => annotatedCount(pod, INDEX_ANNOTATION);

/** The index, where the Job has that one. */
export function validIndexOf(pod: Pod, { spec }: Job): number | undefined {
  const index = indexOf(pod);
  return index !== undefined && index < (spec.completions ?? 0) ? index : undefined;
}

/** Failures of the index before this Pod that counted. */
export const indexFailures = (pod: Pod): number => annotatedCount(pod, FAILURES_ANNOTATION) ?? 0;

/** All failures of the index before this Pod. */
export const allIndexFailures = (pod: Pod): number => indexFailures(pod) + (annotatedCount(pod, IGNORED_FAILURES_ANNOTATION) ?? 0);

/** A new Pod; `replaced` is the failed one whose index it takes over. */
export function newPod(job: Job, index: number | undefined, replaced: Pod | undefined): Sparse<Pod> {
  const base = podFromTemplate(job.spec.template, job);
  const finalizers = [...(base.metadata?.finalizers ?? []).filter((each) => each !== TRACKING_FINALIZER), TRACKING_FINALIZER];
  if (index === undefined) return { ...base, metadata: { ...base.metadata, finalizers } };
  const { spec } = job.spec.template;
  const name = job.metadata.name ?? '';
  const suffix = `-${index}-`;
  return {
    metadata: {
      ...base.metadata,
      generateName:
        name.length + suffix.length > MAX_GENERATED_BASE
          ? `${name.slice(0, MAX_GENERATED_BASE - suffix.length)}${suffix}`
          : `${name}${suffix}`,
      labels: { ...base.metadata?.labels, [INDEX_ANNOTATION]: String(index) },
      annotations: { ...base.metadata?.annotations, [INDEX_ANNOTATION]: String(index), ...failureAnnotations(job, replaced) },
      finalizers,
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: spec.containers.map(withIndexVariable),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndexVariable) }),
    },
  };
}

function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container;
  return {
    ...container,
    env: [...env, { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX_ANNOTATION}']` } } }],
  };
}

function failureAnnotations(job: Job, replaced: Pod | undefined): Record<string, string> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (replaced === undefined) return { [FAILURES_ANNOTATION]: '0' };
  const counts = judgeFailure(job, replaced).counts;
  const ignored = allIndexFailures(replaced) - indexFailures(replaced) + (counts ? 0 : 1);
  return {
    [FAILURES_ANNOTATION]: String(indexFailures(replaced) + (counts ? 1 : 0)),
    ...(ignored > 0 ? { [IGNORED_FAILURES_ANNOTATION]: String(ignored) } : {}),
  };
}
