// The selector of a workload and the template whose Pods it must find: checked alike in all workloads that run for good.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import { labelSelectorOf } from '../../../machinery/selectors/label-selector.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import type { PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { selectorMatchesTemplate, validateEndlessTemplate } from '../../core/v1/pod-template-validation.ts';
import type { LabelSelector } from '../../meta/v1/label-selector.ts';
import type { Problems } from '../../value-checks.ts';

interface Selecting {
  readonly selector?: LabelSelector | undefined;
  readonly template: PodTemplateSpec;
}

const count = (selector: LabelSelector): number =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;

/** Checks selector and template of a ReplicaSet or Deployment. */
export function* validateSelectorAndTemplate(spec: Selecting, old: Selecting | undefined, at: FieldPath): Problems {
  const { selector, template } = spec;
  const here = at.child('selector');
  if (selector === undefined) yield required(here);
  else {
    yield* validateLabelSelector(selector, here, {});
    if (count(selector) === 0) yield invalid(here, selector, 'empty selector is invalid for deployment');
  }
  const parsed = labelSelectorOf(selector);
  if (!parsed.ok) return yield invalid(here, selector, 'invalid label selector');
  if (!parsed.value.empty) yield* selectorMatchesTemplate(parsed.value, template, at.child('template'));
  yield* validateEndlessTemplate(template, old?.template, 'ReplicaSet', at.child('template'));
}

/** Checks selector and template of a DaemonSet. */
export function* validateDaemonSelectorAndTemplate(spec: Selecting, old: Selecting | undefined, at: FieldPath): Problems {
  const { selector, template } = spec;
  yield* validateLabelSelector(selector, at.child('selector'), {});
  const parsed = labelSelectorOf(selector);
  if (parsed.ok) yield* selectorMatchesTemplate(parsed.value, template, at.child('template'));
  if (selector !== undefined && count(selector) === 0)
    yield invalid(at.child('selector'), selector, 'empty selector is invalid for daemonset');
  yield* validateEndlessTemplate(template, old?.template, 'DaemonSet', at.child('template'));
}
