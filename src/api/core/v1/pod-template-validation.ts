// Checks of templates from which controllers make Pods.

import { validateAnnotations, validateLabels } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, notSupported } from '../../../machinery/problem.ts';
import type { LabelSelector } from '../../../machinery/selectors/label-selector.ts';
import type { Problems } from '../../value-checks.ts';
import { validatePodAnnotations, validateProfilesAgree } from './pod-annotation-validation.ts';
import type { PodTemplateSpec } from './pod-spec.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

/** Checks a template; `old` is the stored one. */
export function* validatePodTemplate(template: PodTemplateSpec, old: PodTemplateSpec | undefined, at: FieldPath): Problems {
  const { labels = {}, annotations = {} } = template.metadata;
  const oldAnnotations = old === undefined ? undefined : (old.metadata.annotations ?? {});
  yield* validateLabels(labels, at.child('labels'));
  yield* validateAnnotations(annotations, at.child('annotations'));
  yield* validatePodAnnotations(annotations, oldAnnotations, template.spec, at.child('annotations'));
  yield* validatePodSpec(template.spec, undefined, old?.spec, at.child('spec'));
  yield* validateProfilesAgree(template.metadata, template.spec, at.child('spec'));
  if ((template.spec.ephemeralContainers ?? []).length > 0)
    yield forbidden(at.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template');
}

/** A template whose Pods run for good. `owner` is the kind as messages name it. */
export function* validateEndlessTemplate(
  template: PodTemplateSpec,
  old: PodTemplateSpec | undefined,
  owner: string,
  at: FieldPath,
): Problems {
  yield* validatePodTemplate(template, old, at);
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== 'Always') yield notSupported(at.child('spec', 'restartPolicy'), restartPolicy, ['Always']);
  if (activeDeadlineSeconds !== undefined)
    yield forbidden(at.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${owner} is not Supported`);
}

/** The Pods of a template must be found again by the selector of their owner. */
export function* selectorMatchesTemplate(selector: LabelSelector, template: PodTemplateSpec, at: FieldPath): Problems {
  const { labels } = template.metadata;
  if (!selector.matches(labels))
    yield invalid(at.child('metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`');
}
