// Checks of StatefulSets. Of what they ask for, little may change once they exist.

import { semanticEqual } from '../../../machinery/equality.ts';
import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { validateAnnotations, validateLabels } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { labelSelectorOf } from '../../../machinery/selectors/label-selector.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { validatePersistentVolumeClaimSpec } from '../../core/v1/persistent-volume-claim-validation.ts';
import { validatePodAnnotations } from '../../core/v1/pod-annotation-validation.ts';
import type { PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { selectorMatchesTemplate, validatePodTemplate } from '../../core/v1/pod-template-validation.ts';
import { complaints, nonNegative, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { countsAreNatural, neverDecremented } from './replica-status-validation.ts';
import { atMostAll, countOrPercent, isNothing } from './rolling-update-validation.ts';
import type { RollingUpdateStatefulSetStrategy, StatefulSetSpec, StatefulSetStatus, StatefulSetUpdateStrategy } from './stateful-set.ts';

const RETENTION = ['Retain', 'Delete'];

/** What an update does not look at again, since it cannot be changed or was accepted before. */
interface Leniency {
  readonly updating: boolean;
  readonly template: boolean;
}

/** Checks the spec, as created or changed. */
export function* validateStatefulSetSpec(spec: StatefulSetSpec, old: StatefulSetSpec | undefined, at: FieldPath): Problems {
  const oldIsWrong = old !== undefined && [...validateSpec(old, old, at, { updating: true, template: false })].length > 0;
  yield* validateSpec(spec, old, at, { updating: old !== undefined, template: oldIsWrong });
  if (old !== undefined) yield* validateChange(spec, old, at);
}

function* validateSpec(spec: StatefulSetSpec, old: StatefulSetSpec | undefined, at: FieldPath, lenient: Leniency): Problems {
  const { podManagementPolicy = '', serviceName, persistentVolumeClaimRetentionPolicy: retention, selector, template } = spec;
  if (podManagementPolicy === '') yield required(at.child('podManagementPolicy'));
  else if (podManagementPolicy !== 'OrderedReady' && podManagementPolicy !== 'Parallel')
    yield invalid(at.child('podManagementPolicy'), podManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
  yield* validateUpdateStrategy(spec.updateStrategy, at.child('updateStrategy'));
  const kept = at.child('persistentVolumeClaimRetentionPolicy');
  yield* supported(kept.child('whenDeleted'), retention && (retention.whenDeleted ?? ''), RETENTION);
  yield* supported(kept.child('whenScaled'), retention && (retention.whenScaled ?? ''), RETENTION);
  if (!lenient.updating)
    for (const [index, claim] of (spec.volumeClaimTemplates ?? []).entries())
      yield* validatePersistentVolumeClaimSpec(claim.spec, at.child('volumeClaimTemplates').index(index).child('spec'));
  yield* nonNegative(at.child('replicas'), spec.replicas);
  yield* nonNegative(at.child('minReadySeconds'), spec.minReadySeconds);
  yield* nonNegative(at.child('ordinals', 'start'), spec.ordinals?.start);
  if (!lenient.updating && serviceName !== '') yield* complaints(at.child('serviceName'), serviceName, checkDns1123Label(serviceName));
  if (selector === undefined) yield required(at.child('selector'));
  else {
    yield* validateLabelSelector(selector, at.child('selector'), {});
    if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0)
      yield invalid(at.child('selector'), selector, 'empty selector is invalid for statefulset');
  }
  yield* validateTemplate(spec, old, at, lenient);
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== 'Always') yield notSupported(at.child('template', 'spec', 'restartPolicy'), restartPolicy, ['Always']);
  if (activeDeadlineSeconds !== undefined)
    yield forbidden(at.child('template', 'spec', 'activeDeadlineSeconds'), 'activeDeadlineSeconds in StatefulSet is not Supported');
}

const internalRollingUpdate = ({ partition = 0, maxUnavailable }: RollingUpdateStatefulSetStrategy): unknown => ({
  Partition: partition,
  MaxUnavailable: maxUnavailable ?? null,
});

function* validateUpdateStrategy({ type = '', rollingUpdate }: StatefulSetUpdateStrategy, at: FieldPath): Problems {
  const here = at.child('rollingUpdate');
  const shown = rollingUpdate === undefined ? null : internalRollingUpdate(rollingUpdate);
  if (type === '') yield required(at);
  else if (type === 'OnDelete') {
    if (rollingUpdate !== undefined) yield invalid(here, shown, "only allowed for updateStrategy 'RollingUpdate'");
  } else if (type !== 'RollingUpdate') yield invalid(at, { Type: type, RollingUpdate: shown }, "must be 'RollingUpdate' or 'OnDelete'");
  else if (rollingUpdate !== undefined) yield* validateRollingUpdate(rollingUpdate, here);
}

function* validateRollingUpdate({ partition, maxUnavailable }: RollingUpdateStatefulSetStrategy, at: FieldPath): Problems {
  const here = at.child('maxUnavailable');
  yield* nonNegative(at.child('partition'), partition);
  if (maxUnavailable === undefined) return;
  yield* countOrPercent(maxUnavailable, here);
  if (isNothing(maxUnavailable)) yield invalid(here, maxUnavailable, 'cannot be 0');
  yield* atMostAll(maxUnavailable, here);
}

/** The template as its Pods will be: the controller names host and subdomain, and claims stand in for volumes of their names. */
function templateOfPods({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const { subdomain: _subdomain, hostname: _hostname, volumes, ...spec } = template.spec;
  if (volumeClaimTemplates.length === 0) return { ...template, spec: { ...spec, volumes } };
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata.name ?? ''));
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...spec, volumes: [...claims, ...(volumes ?? []).filter(({ name }) => !names.has(name))] } };
}

function* validateTemplate(spec: StatefulSetSpec, old: StatefulSetSpec | undefined, at: FieldPath, lenient: Leniency): Problems {
  const parsed = labelSelectorOf(spec.selector);
  if (!parsed.ok) return yield invalid(at.child('selector'), spec.selector, '');
  const here = at.child('template');
  const template = templateOfPods(spec);
  const { labels = {}, annotations = {} } = template.metadata;
  const oldAnnotations = old === undefined ? undefined : (old.template.metadata.annotations ?? {});
  if (!parsed.value.empty) yield* selectorMatchesTemplate(parsed.value, template, here);
  if (!lenient.template) yield* validatePodTemplate(template, old?.template, here);
  yield* validateLabels(labels, here.child('labels'));
  yield* validateAnnotations(annotations, here.child('annotations'));
  yield* validatePodAnnotations(annotations, oldAnnotations, template.spec, here.child('annotations'));
}

const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

function* validateChange(spec: StatefulSetSpec, old: StatefulSetSpec, at: FieldPath): Problems {
  const kept = Object.fromEntries(CHANGEABLE.map((name) => [name, old[name]]));
  if (semanticEqual({ ...spec, ...kept }, old)) return;
  const names = CHANGEABLE.map((name) => `'${name}'`);
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  yield forbidden(at, `updates to statefulset spec for fields other than ${list} are forbidden`);
}

/** Checks what the controller reports. */
export function* validateStatefulSetStatus(status: StatefulSetStatus, old: StatefulSetStatus | undefined, at: FieldPath): Problems {
  const {
    replicas,
    readyReplicas = 0,
    currentReplicas = 0,
    updatedReplicas = 0,
    availableReplicas,
    observedGeneration,
    collisionCount,
  } = status;
  const parts = { readyReplicas, currentReplicas, updatedReplicas, availableReplicas };
  yield* countsAreNatural({ replicas, ...parts, observedGeneration, collisionCount }, at);
  for (const [name, count] of Object.entries(parts))
    if (count > replicas) yield invalid(at.child(name), count, 'cannot be greater than status.replicas');
  if (availableReplicas > readyReplicas)
    yield invalid(at.child('availableReplicas'), availableReplicas, 'cannot be greater than status.readyReplicas');
  yield* neverDecremented(collisionCount, old?.collisionCount, at.child('collisionCount'));
}
