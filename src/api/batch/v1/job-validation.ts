// Checks of Jobs as they are created and changed; reports on them are checked in job-status-validation.

import { semanticEqual } from '../../../machinery/equality.ts';
import { checkDns1123Label, validateDomainPrefixedPath } from '../../../machinery/formats/dns.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { invalid, notSupported, required, tooLong } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { labelSelectorOf } from '../../../machinery/selectors/label-selector.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import type { PodSpec, PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { selectorMatchesTemplate, validatePodTemplate } from '../../core/v1/pod-template-validation.ts';
import { internalPodSpec, internalPodTemplate } from '../../core/v1/internal-pod-spec.ts';
import { nonNegative, supported, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { JobSpec, JobStatus } from './job.ts';
import { hasJobStatus } from './job-conditions.ts';
import { validatePodFailurePolicy, validatePodReplacementPolicy, validateSuccessPolicy } from './job-policy-validation.ts';

/** A Job as its rules see it. */
export interface JobObject extends KubeObject {
  readonly spec: JobSpec;
  readonly status: JobStatus;
}

export const CONTROLLER_UID_LABEL = 'batch.kubernetes.io/controller-uid';
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';
export const LEGACY_CONTROLLER_UID_LABEL = 'controller-uid';
export const LEGACY_JOB_NAME_LABEL = 'job-name';

const MOST_PARALLEL_INDEXED = 100_000;
const MOST_FAILED_INDEXES = 100_000;
const MANY_COMPLETIONS = 100_000;
const MOST_PARALLEL_WITH_MANY = 10_000;
const MOST_FAILED_WITH_MANY = 10_000;
const LONGEST_MANAGER = 63;

/** Checks a Job, as created or changed through the main endpoint. */
export function* validateJob(job: JobObject, old: JobObject | undefined, at: FieldPath): Problems {
  const { spec, metadata } = job;
  const here = at.child('spec');
  yield* validateGeneratedSelector(job, old, here);
  yield* validateJobSpec(spec, old?.spec, here);
  if (spec.completionMode === 'Indexed' && (spec.completions ?? 0) > 0) {
    const lastHost = `${metadata.name ?? ''}-${(spec.completions ?? 0) - 1}`;
    if (checkDns1123Label(lastHost).length > 0)
      yield invalid(at.child('metadata', 'name'), metadata.name ?? '', `will not able to create pod with invalid DNS label: ${lastHost}`);
  }
  if (old === undefined) return;
  // Upstream's rules of an update begin with those of a new spec, after the rules of a new Job: each cause is listed twice.
  yield* validateJobSpec(spec, old.spec, here);
  yield* validateJobChange(job, old, here);
}

function* validateGeneratedSelector(job: JobObject, old: JobObject | undefined, at: FieldPath): Problems {
  const { selector, manualSelector, template } = job.spec;
  if (manualSelector === true || selector === undefined) return;
  const { uid = '', name = '' } = job.metadata;
  if (uid === '') yield required('metadata.uid');
  const oldLabels = old?.spec.template.metadata.labels;
  const prefixed = old === undefined || [JOB_NAME_LABEL, CONTROLLER_UID_LABEL].every((label) => lookup(oldLabels, label) !== undefined);
  const legacy = { [LEGACY_CONTROLLER_UID_LABEL]: uid, [LEGACY_JOB_NAME_LABEL]: name };
  const expected = prefixed ? { ...legacy, [CONTROLLER_UID_LABEL]: uid, [JOB_NAME_LABEL]: name } : legacy;
  for (const [label, value] of Object.entries(expected))
    yield* hasLabel(template, label, value, at.child('template', 'metadata', 'labels'));
  const parsed = labelSelectorOf(selector);
  if (parsed.ok && !parsed.value.matches(expected)) yield invalid(at.child('selector'), selector, '`selector` not auto-generated');
}

function* hasLabel({ metadata }: PodTemplateSpec, label: string, value: string, at: FieldPath): Problems {
  const actual = lookup(metadata.labels, label);
  if (actual === undefined) yield required(at.key(label), `must be '${value}'`);
  else if (actual !== value) yield invalid(at.key(label), metadata.labels, `must be '${value}'`);
}

/** Checks the spec of a Job, stored or in a template that carries its selector. */
export function* validateJobSpec(spec: JobSpec, old: JobSpec | undefined, at: FieldPath): Problems {
  yield* validateJobSpecWithoutSelector(spec, old, at);
  const { selector, template } = spec;
  if (selector === undefined) yield required(at.child('selector'));
  else {
    const excused = (old?.selector?.matchExpressions ?? []).some(({ values = [] }) => values.some((value) => !/^[\w.-]*$/.test(value)));
    yield* validateLabelSelector(selector, at.child('selector'), { allowInvalidLabelValueInSelector: excused });
  }
  const parsed = labelSelectorOf(selector);
  if (parsed.ok) yield* selectorMatchesTemplate(parsed.value, template, at.child('template'));
}

const NATURAL_FIELDS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** Checks the spec of a Job whose selector is made later (in the template of a CronJob). */
export function* validateJobSpecWithoutSelector(spec: JobSpec, old: JobSpec | undefined, at: FieldPath): Problems {
  const { managedBy } = spec;
  for (const field of NATURAL_FIELDS) yield* nonNegative(at.child(field), spec[field]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    yield required(at.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified');
  if (managedBy !== undefined) {
    yield* validateDomainPrefixedPath(at.child('managedBy'), managedBy);
    if (managedBy.length > LONGEST_MANAGER) yield tooLong(at.child('managedBy'), LONGEST_MANAGER);
  }
  yield* supported(at.child('completionMode'), spec.completionMode, ['NonIndexed', 'Indexed']);
  if (spec.completionMode === 'Indexed') yield* validateIndexed(spec, at);
  else if (spec.completionMode === undefined || spec.completionMode === 'NonIndexed') yield* validateNonIndexed(spec, at);
  if (spec.podFailurePolicy !== undefined) yield* validatePodFailurePolicy(spec, at.child('podFailurePolicy'));
  yield* validateSuccessPolicy(spec, at.child('successPolicy'));
  yield* validatePodReplacementPolicy(spec, at.child('podReplacementPolicy'));
  yield* validatePodTemplate(spec.template, old?.template, at.child('template'));
  yield* validateRestartPolicy(spec, at.child('template', 'spec', 'restartPolicy'));
}

function* validateIndexed(spec: JobSpec, at: FieldPath): Problems {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  if (completions === undefined) yield required(at.child('completions'), 'when completion mode is Indexed');
  if (parallelism > MOST_PARALLEL_INDEXED)
    yield invalid(
      at.child('parallelism'),
      parallelism,
      `must be less than or equal to ${MOST_PARALLEL_INDEXED} when completion mode is Indexed`,
    );
  const failures = maxFailedIndexes ?? 0;
  if (completions !== undefined && failures > completions)
    yield invalid(at.child('maxFailedIndexes'), failures, 'must be less than or equal to completions');
  if (failures > MOST_FAILED_INDEXES)
    yield invalid(at.child('maxFailedIndexes'), failures, `must be less than or equal to ${MOST_FAILED_INDEXES}`);
  if ((completions ?? 0) <= MANY_COMPLETIONS || spec.backoffLimitPerIndex === undefined) return;
  const when = `when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined)
    yield required(at.child('maxFailedIndexes'), `must be specified when completions is above ${MANY_COMPLETIONS}`);
  if (parallelism > MOST_PARALLEL_WITH_MANY)
    yield invalid(at.child('parallelism'), parallelism, `must be less than or equal to ${MOST_PARALLEL_WITH_MANY} ${when}`);
  if (failures > MOST_FAILED_WITH_MANY)
    yield invalid(at.child('maxFailedIndexes'), failures, `must be less than or equal to ${MOST_FAILED_WITH_MANY} ${when}`);
}

function* validateNonIndexed(spec: JobSpec, at: FieldPath): Problems {
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
    if (spec[field] !== undefined) yield invalid(at.child(field), spec[field], 'requires indexed completion mode');
}

function* validateRestartPolicy({ template, podFailurePolicy }: JobSpec, at: FieldPath): Problems {
  const { restartPolicy = '' } = template.spec;
  if (restartPolicy === '' || restartPolicy === 'Always') yield required(at, 'valid values: "OnFailure", "Never"');
  else if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') yield notSupported(at, restartPolicy, ['OnFailure', 'Never']);
  else if (podFailurePolicy !== undefined && restartPolicy !== 'Never')
    yield invalid(at, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
}

function* validateJobChange(job: JobObject, old: JobObject, at: FieldPath): Problems {
  const { spec } = job;
  yield* validateCompletionsChange(spec, old.spec, at.child('completions'));
  yield* unchanged(at.child('selector'), spec.selector, old.spec.selector);
  yield* validateTemplateChange(job, old, at);
  yield* unchanged(at.child('completionMode'), spec.completionMode, old.spec.completionMode);
  for (const field of ['podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const)
    yield* unchanged(at.child(field), spec[field], old.spec[field]);
}

// An indexed Job may be resized while as many run at once as are to complete.
function* validateCompletionsChange(spec: JobSpec, old: JobSpec, at: FieldPath): Problems {
  const { completions, parallelism } = spec;
  if (spec.completionMode !== 'Indexed') yield* unchanged(at, completions ?? null, old.completions ?? null);
  else if (completions !== undefined && completions !== old.completions && completions !== parallelism)
    yield invalid(at, completions, 'can only be modified in tandem with spec.parallelism');
}

/** Whether the template may still change: the Job is suspended and nothing of it runs. */
function isTemplateMutable({ spec, status }: JobObject): boolean {
  const dormant = status.startTime === undefined || hasJobStatus(status, 'Suspended', 'True');
  return spec.suspend === true && dormant && (status.active ?? 0) === 0;
}

function* validateTemplateChange(job: JobObject, old: JobObject, at: FieldPath): Problems {
  const { template } = job.spec;
  if (!isTemplateMutable(old)) {
    if (!semanticEqual(template, old.spec.template))
      yield invalid(at.child('template'), internalPodTemplate(template), 'field is immutable');
    return;
  }
  const allowed = withResourcesOf(withSchedulingOf(old.spec.template.spec, template.spec), template.spec);
  if (!semanticEqual(template.spec, allowed))
    yield invalid(at.child('template.spec'), internalPodSpec(template.spec), 'field is immutable');
}

function withSchedulingOf(old: PodSpec, next: PodSpec): PodSpec {
  const { nodeSelector, tolerations, schedulingGates } = next;
  const others = { podAffinity: old.affinity?.podAffinity, podAntiAffinity: old.affinity?.podAntiAffinity };
  const merged = { nodeAffinity: next.affinity?.nodeAffinity, ...others };
  const affinity = next.affinity === undefined && Object.values(merged).every((each) => each === undefined) ? undefined : merged;
  return { ...old, affinity, nodeSelector, tolerations, schedulingGates };
}

function withResourcesOf(old: PodSpec, next: PodSpec): PodSpec {
  const merge = (containers: PodSpec['containers'], others: PodSpec['containers']): PodSpec['containers'] =>
    containers.length !== others.length
      ? containers
      : containers.map((container, index) => {
          const other = others[index];
          return other !== undefined && other.name === container.name ? { ...container, resources: other.resources } : container;
        });
  return {
    ...old,
    containers: merge(old.containers, next.containers),
    initContainers: merge(old.initContainers ?? [], next.initContainers ?? []),
  };
}
