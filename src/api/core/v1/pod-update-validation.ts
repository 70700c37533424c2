// What may change of a Pod that exists: images, deadlines, more tolerations, fewer scheduling gates; ephemeral containers only grow.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, required } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { Problems } from '../../value-checks.ts';
import type { Affinity, NodeAffinity, NodeSelectorTerm } from './affinity.ts';
import type { Container } from './container.ts';
import { untrimmedImage } from './container-validation.ts';
import type { PodObject } from './pod-object.ts';
import { MIRROR_ANNOTATION, validatePodAnnotationsUpdate } from './pod-annotation-validation.ts';
import type { PodSpec } from './pod-spec.ts';
import { internalEphemeralContainer, internalForm, internalPodSpec } from './internal-pod-spec.ts';
import { validateTolerations } from './toleration-validation.ts';
import { unifiedDiff } from './unified-diff.ts';

const LONGEST_DEADLINE_SECONDS = 2 ** 31 - 1;
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** Checks a change through the main endpoint, besides what every Pod must satisfy. */
export function* validatePodUpdate(pod: PodObject, old: PodObject, at: FieldPath): Problems {
  yield* validatePodAnnotationsUpdate(pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}, at.child('metadata', 'annotations'));
  const here = at.child('spec');
  for (const list of ['containers', 'initContainers'] as const) {
    const next = pod.spec[list] ?? [];
    if (next.length !== (old.spec[list] ?? []).length)
      return yield forbidden(here.child(list), 'pod updates may not add or remove containers');
    yield* validateImages(next, here.child(list));
  }
  const deadline = [...validateDeadline(pod.spec, old.spec, here.child('activeDeadlineSeconds'))];
  yield* deadline;
  if (deadline.length > 0 && pod.spec.activeDeadlineSeconds !== undefined) return;
  yield* validateOnlyAddedTolerations(pod.spec, old.spec, here.child('tolerations'));
  yield* validateOnlyRemovedGates(pod.spec, old.spec, here.child('schedulingGates'));
  if (semanticEqual(pod.spec, old.spec)) return;
  yield* validateGatedPlacement(pod.spec, old.spec, here);
  const rest = withoutUpdatable(pod.spec, old.spec);
  if (semanticEqual(rest, old.spec)) return;
  const difference = unifiedDiff(internalPodSpec(old.spec), internalPodSpec(rest));
  yield forbidden(here, `pod updates may not change fields other than ${UPDATABLE.join(',')}\n${difference}`);
}

function* validateImages(containers: readonly Container[], at: FieldPath): Problems {
  for (const [index, container] of containers.entries()) {
    if ((container.image ?? '') === '') yield required(at.index(index).child('image'));
    yield* untrimmedImage(container, at.index(index));
  }
}

function* validateDeadline(spec: PodSpec, old: PodSpec, at: FieldPath): Problems {
  const next = spec.activeDeadlineSeconds;
  const previous = old.activeDeadlineSeconds;
  if (next === undefined) {
    if (previous !== undefined) yield invalid(at, null, 'must not update from a positive integer to nil value');
  } else if (next < 0 || next > LONGEST_DEADLINE_SECONDS)
    yield invalid(at, next, `must be between 0 and ${LONGEST_DEADLINE_SECONDS}, inclusive`);
  else if (previous !== undefined && previous < next) yield invalid(at, next, 'must be less than or equal to previous value');
}

function* validateOnlyAddedTolerations(spec: PodSpec, old: PodSpec, at: FieldPath): Problems {
  const timeless = (spec.tolerations ?? []).map((each) => ({ ...each, tolerationSeconds: undefined }));
  const isKept = (toleration: object): boolean =>
    timeless.some((each) => semanticEqual(each, { ...toleration, tolerationSeconds: undefined }));
  if (!(old.tolerations ?? []).every(isKept)) yield forbidden(at, 'existing toleration can not be modified except its tolerationSeconds');
  else
    yield* validateTolerations(
      spec.tolerations ?? [],
      (old.tolerations ?? []).some(({ operator }) => operator === 'Lt' || operator === 'Gt'),
      at,
    );
}

function* validateOnlyRemovedGates(spec: PodSpec, old: PodSpec, at: FieldPath): Problems {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries())
    if (!before.has(name))
      yield forbidden(at.index(index).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`);
}

const isGated = ({ schedulingGates = [] }: PodSpec): boolean => schedulingGates.length > 0;

// Until a Pod is released for scheduling, where it may run can be narrowed.
function* validateGatedPlacement(spec: PodSpec, old: PodSpec, at: FieldPath): Problems {
  if (!isGated(old)) return;
  const next = spec.nodeSelector ?? {};
  if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => lookup(next, key) !== value))
    yield invalid(at.child('nodeSelector'), next, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)');
  yield* validateNarrowedAffinity(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity, at.child('affinity', 'nodeAffinity'));
}

function* validateNarrowedAffinity(next: NodeAffinity | undefined, old: NodeAffinity | undefined, at: FieldPath): Problems {
  const oldTerms = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = next?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const here = at.child('requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  if (oldTerms.length === 0) return;
  if (oldTerms.length !== terms.length)
    return yield invalid(here, terms.map(internalTerm), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed');
  for (const [index, term] of terms.entries()) {
    const before = oldTerms[index];
    if (before !== undefined && !onlyAdds(term, before))
      yield invalid(here.index(index), internalTerm(term), 'only additions are allowed (no mutations or deletions)');
  }
}

const internalTerm = (term: NodeSelectorTerm): unknown => internalForm('NodeSelectorTerm', term);

function onlyAdds(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const fields = ['matchExpressions', 'matchFields'] as const;
  // An empty term matches nothing, so any requirement would widen it.
  if (fields.every((field) => (old[field] ?? []).length === 0)) return fields.every((field) => (next[field] ?? []).length === 0);
  return fields.every((field) => semanticEqual((next[field] ?? []).slice(0, (old[field] ?? []).length), old[field] ?? []));
}

// The new spec with everything that may change taken from the old: what still differs may not.
function withoutUpdatable(spec: PodSpec, old: PodSpec): PodSpec {
  const { terminationGracePeriodSeconds: oldGrace } = old;
  const graceRepaired = oldGrace !== undefined && oldGrace < 0 && Number(spec.terminationGracePeriodSeconds) === 1;
  return {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers),
    initContainers: spec.initContainers && withImagesOf(spec.initContainers, old.initContainers ?? []),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    terminationGracePeriodSeconds: graceRepaired ? oldGrace : spec.terminationGracePeriodSeconds,
    nodeSelector: isGated(old) ? old.nodeSelector : spec.nodeSelector,
    affinity: isGated(old) ? withNodeAffinityOf(spec.affinity, old.affinity) : spec.affinity,
  };
}

const withImagesOf = (containers: readonly Container[], old: readonly Container[]): readonly Container[] =>
  containers.map((container, index) => ({ ...container, image: old[index]?.image }));

function withNodeAffinityOf(affinity: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  const nodeAffinity = old?.nodeAffinity;
  if (affinity === undefined) return nodeAffinity && { nodeAffinity };
  if (old === undefined && affinity.podAffinity === undefined && affinity.podAntiAffinity === undefined) return undefined;
  return { ...affinity, nodeAffinity };
}

/** Checks a change through the ephemeralcontainers subresource: containers may only be added. */
export function* validateEphemeralContainersUpdate(pod: PodObject, old: PodObject, at: FieldPath): Problems {
  yield* validatePodAnnotationsUpdate(pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}, at.child('metadata', 'annotations'));
  if (lookup(old.metadata.annotations, MIRROR_ANNOTATION) !== undefined)
    return yield forbidden('', 'static pods do not support ephemeral containers');
  const here = at.child('spec', 'ephemeralContainers');
  const next = new Map((pod.spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const before of old.spec.ephemeralContainers ?? []) {
    const container = next.get(before.name);
    const name = JSON.stringify(before.name);
    if (container === undefined) yield forbidden(here, `existing ephemeral containers ${name} may not be removed\n`);
    else if (!semanticEqual(container, before)) {
      const difference = unifiedDiff(internalEphemeralContainer(before), internalEphemeralContainer(container));
      yield forbidden(here, `existing ephemeral containers ${name} may not be changed\n${difference}`);
    }
  }
}
