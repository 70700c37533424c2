// Checks of the annotations that mean something to Pods: mirror Pods, deletion cost, the elder forms of security profiles.

import type { FieldPath } from '../../../machinery/field-path.ts';
import type { ObjectMeta } from '../../../machinery/object-meta.ts';
import { forbidden, invalid } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { Problems } from '../../value-checks.ts';
import type { PodSpec } from './pod-spec.ts';
import { allContainers } from './pod-surroundings.ts';
import { descendingPath } from './relative-path.ts';
import type { SeccompProfile } from './security-context.ts';

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
export const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
export const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';
const LOCALHOST = 'localhost/';

type Annotations = Readonly<Record<string, string>>;

/** What a Pod's removal costs, by which a ReplicaSet chooses whom to stop; undefined when the text is no 32-bit integer. */
export function deletionCostOf(annotations: Annotations | undefined): number | undefined {
  const text = lookup(annotations, DELETION_COST_ANNOTATION);
  if (text === undefined) return 0;
  if (!/^(0|-[0-9]+|[1-9][0-9]*)$/.test(text)) return undefined;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : undefined;
}

/** Checks the annotations of a Pod or template; `old` excuses a deletion cost that was already stored. */
export function* validatePodAnnotations(annotations: Annotations, old: Annotations | undefined, spec: PodSpec, at: FieldPath): Problems {
  const mirror = lookup(annotations, MIRROR_ANNOTATION);
  if (mirror !== undefined && (spec.nodeName ?? '') === '')
    yield invalid(at.key(MIRROR_ANNOTATION), mirror, 'must set spec.nodeName if mirror pod annotation is set');
  if (deletionCostOf(annotations) === undefined && (old === undefined || deletionCostOf(old) !== undefined))
    yield invalid(at.key(DELETION_COST_ANNOTATION), lookup(annotations, DELETION_COST_ANNOTATION), 'must be a 32bit integer');
  const podProfile = lookup(annotations, SECCOMP_POD);
  if (podProfile !== undefined) yield* validateSeccomp(podProfile, at.child(SECCOMP_POD));
  for (const [key, value] of Object.entries(annotations)) if (key.startsWith(SECCOMP_PREFIX)) yield* validateSeccomp(value, at.child(key));
  const names = new Set([...allContainers(spec, at)].map(([{ name }]) => name));
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(APP_ARMOR_PREFIX)) continue;
    const name = key.slice(APP_ARMOR_PREFIX.length);
    if (!names.has(name)) yield invalid(at.key(key), name, 'container not found');
    if (!['', 'runtime/default', 'unconfined'].includes(value) && !value.startsWith(LOCALHOST))
      yield invalid(at.key(key), value, `invalid AppArmor profile name: ${JSON.stringify(value)}`);
  }
}

function* validateSeccomp(profile: string, at: FieldPath): Problems {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith(LOCALHOST)) yield* descendingPath(at, profile.slice(LOCALHOST.length));
  else yield invalid(at, profile, 'must be a valid seccomp profile');
}

/** Annotations that stay as they were created. */
export function* validatePodAnnotationsUpdate(annotations: Annotations, old: Annotations, at: FieldPath): Problems {
  for (const [key, value] of Object.entries(old)) {
    if (lookup(annotations, key) === value) continue;
    if (key.startsWith(APP_ARMOR_PREFIX)) yield forbidden(at.key(key), 'may not remove or update AppArmor annotations');
    if (key === MIRROR_ANNOTATION) yield forbidden(at.key(key), 'may not remove or update mirror pod annotation');
  }
  for (const key of Object.keys(annotations)) {
    if (Object.hasOwn(old, key)) continue;
    if (key.startsWith(APP_ARMOR_PREFIX)) yield forbidden(at.key(key), 'may not add AppArmor annotations');
    if (key === MIRROR_ANNOTATION) yield forbidden(at.key(key), 'may not add mirror pod annotation');
  }
}

/** Where a profile is given as field and as annotation, both must say the same. */
export function* validateProfilesAgree(meta: ObjectMeta, spec: PodSpec, at: FieldPath): Problems {
  const { annotations } = meta;
  yield* seccompAgrees(
    spec.securityContext?.seccompProfile,
    lookup(annotations, SECCOMP_POD),
    at.child('securityContext', 'seccompProfile'),
  );
  for (const [{ name, securityContext }, path] of allContainers(spec, at))
    yield* seccompAgrees(
      securityContext?.seccompProfile,
      lookup(annotations, SECCOMP_PREFIX + name),
      path.child('securityContext', 'seccompProfile'),
    );
  if (spec.os?.name === 'windows') return;
  for (const [{ name, securityContext }, path] of allContainers(spec, at)) {
    const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const annotation = lookup(annotations, APP_ARMOR_PREFIX + name);
    yield* agrees('apparmor', profile, annotation, ['runtime/default'], path.child('securityContext', 'appArmorProfile'));
  }
}

function seccompAgrees(profile: SeccompProfile | undefined, annotation: string | undefined, at: FieldPath): Problems {
  return agrees('seccomp', profile, annotation, ['runtime/default', 'docker/default'], at);
}

function* agrees(
  noun: string,
  profile: SeccompProfile | undefined,
  annotation: string | undefined,
  defaults: readonly string[],
  at: FieldPath,
): Problems {
  if (profile === undefined || annotation === undefined) return;
  const { type, localhostProfile } = profile;
  const sameType =
    (type === 'Unconfined' && annotation === 'unconfined') ||
    (type === 'RuntimeDefault' && defaults.includes(annotation)) ||
    (type === 'Localhost' && annotation.startsWith(LOCALHOST)) ||
    !['Unconfined', 'RuntimeDefault', 'Localhost'].includes(type);
  if (!sameType) yield forbidden(at.child('type'), `${noun} type in annotation and field must match`);
  else if (type === 'Localhost' && annotation.slice(LOCALHOST.length) !== localhostProfile)
    yield forbidden(at.child('localhostProfile'), `${noun} profile in annotation and field must match`);
}
