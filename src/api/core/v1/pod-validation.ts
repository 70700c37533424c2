// Checks of Pods as they are created, changed and reported on. Which check runs depends on the subresource being written.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden } from '../../../machinery/problem.ts';
import type { CheckContext } from '../../../machinery/schema.ts';
import type { Problems } from '../../value-checks.ts';
import { untrimmedImage } from './container-validation.ts';
import type { PodObject } from './pod-object.ts';
import { validatePodAnnotations, validateProfilesAgree } from './pod-annotation-validation.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { validatePodStatusUpdate } from './pod-status-validation.ts';
import { validateEphemeralContainersUpdate, validatePodUpdate } from './pod-update-validation.ts';

/** Checks a Pod, as the kind's own check. */
export function* validatePod(pod: PodObject, old: PodObject | undefined, at: FieldPath, { subresource }: CheckContext): Problems {
  if (old === undefined) {
    yield* validateMetadataAndSpec(pod, undefined, at);
    yield* validateCreation(pod, at);
  } else if (subresource === 'status') yield* validatePodStatusUpdate(pod, old, at);
  else {
    yield* validateMetadataAndSpec(pod, old, at);
    if (subresource === 'ephemeralcontainers') yield* validateEphemeralContainersUpdate(pod, old, at);
    else if (subresource === '') yield* validatePodUpdate(pod, old, at);
  }
}

function* validateMetadataAndSpec(pod: PodObject, old: PodObject | undefined, at: FieldPath): Problems {
  const { metadata, spec } = pod;
  const oldAnnotations = old === undefined ? undefined : (old.metadata.annotations ?? {});
  yield* validatePodAnnotations(metadata.annotations ?? {}, oldAnnotations, spec, at.child('metadata', 'annotations'));
  yield* validatePodSpec(spec, metadata, old?.spec, at.child('spec'));
  if ((spec.serviceAccountName ?? '') === '') yield* noTokensWithoutAccount(pod, at.child('spec', 'volumes'));
  for (const list of ['containers', 'initContainers'] as const)
    for (const [index, container] of (spec[list] ?? []).entries()) yield* untrimmedImage(container, at.child('spec', list).index(index));
}

function* noTokensWithoutAccount({ spec }: PodObject, at: FieldPath): Problems {
  for (const [index, { projected }] of (spec.volumes ?? []).entries())
    for (const [sourceIndex, { serviceAccountToken }] of (projected?.sources ?? []).entries())
      if (serviceAccountToken !== undefined)
        yield forbidden(
          at.index(index).child('projected', 'sources').index(sourceIndex).child('serviceAccountToken'),
          'must not be specified when serviceAccountName is not set',
        );
}

function* validateCreation({ metadata, spec }: PodObject, at: FieldPath): Problems {
  const here = at.child('spec');
  if ((spec.ephemeralContainers ?? []).length > 0) yield forbidden(here.child('ephemeralContainers'), 'cannot be set on create');
  if ((spec.nodeName ?? '') !== '' && (spec.schedulingGates ?? []).length > 0)
    yield forbidden(here.child('nodeName'), 'cannot be set until all schedulingGates have been cleared');
  yield* validateProfilesAgree(metadata, spec, here);
}
