// Checks of access reviews: about a resource or a path, never both, and without metadata.

import { semanticEqual } from '../../../machinery/equality.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, required } from '../../../machinery/problem.ts';
import { validateLabelSelectorExpression } from '../../../machinery/selectors/validate-label-selector.ts';
import type { Problems } from '../../value-checks.ts';
import type { FieldSelectorRequirement, NonResourceAttributes, ResourceAttributes } from './attributes.ts';

interface Question {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
}

interface Subject {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

interface Selection<R> {
  readonly rawSelector?: string | undefined;
  readonly requirements?: readonly R[] | undefined;
}

/** Checks what is asked, and of whom unless it is the caller. */
export function* validateQuestion(question: Question, subject: Subject | undefined, at: FieldPath): Problems {
  const { resourceAttributes: resource, nonResourceAttributes: path } = question;
  if (resource !== undefined && path !== undefined) {
    const shown = { Path: path.path ?? '', Verb: path.verb ?? '' };
    yield invalid(at.child('nonResourceAttributes'), shown, 'cannot be specified in combination with resourceAttributes');
  }
  if (resource === undefined && path === undefined)
    yield invalid(at.child('resourceAttributes'), null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified');
  if (subject !== undefined && (subject.user ?? '') === '' && (subject.groups ?? []).length === 0)
    yield invalid(at.child('user'), '', 'at least one of user or group must be specified');
  if (resource === undefined) return;
  const here = at.child('resourceAttributes');
  yield* validateSelection(resource.fieldSelector, validateFieldRequirement, here.child('fieldSelector'));
  const options = { allowUnknownOperatorInRequirement: true };
  yield* validateSelection(
    resource.labelSelector,
    (each, place) => validateLabelSelectorExpression(each, place, options),
    here.child('labelSelector'),
  );
}

function* validateSelection<R>(
  selection: Selection<R> | undefined,
  check: (requirement: R, at: FieldPath) => Problems,
  at: FieldPath,
): Problems {
  if (selection === undefined) return;
  const { rawSelector = '', requirements = [] } = selection;
  if (rawSelector !== '' && requirements.length > 0)
    yield invalid(at.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements');
  if (rawSelector === '' && requirements.length === 0)
    yield required(at.child('requirements'), `when ${String(at)} is specified, requirements or rawSelector is required`);
  for (const [index, each] of requirements.entries()) yield* check(each, at.child('requirements').index(index));
}

function* validateFieldRequirement({ key, operator, values = [] }: FieldSelectorRequirement, at: FieldPath): Problems {
  if (key === '') yield required(at.child('key'), 'must be specified');
  const listed = operator === 'In' || operator === 'NotIn';
  const bare = operator === 'Exists' || operator === 'DoesNotExist';
  if (listed && values.length === 0) yield required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'");
  if (bare && values.length > 0) yield forbidden(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
}

/** A review carries no metadata, but where it may have one, a namespace. */
export function* withoutMetadata({ metadata }: KubeObject, mayHaveNamespace: boolean): Problems {
  const { managedFields: _managedFields, namespace, ...rest } = metadata;
  const shown = mayHaveNamespace || namespace === undefined ? rest : { ...rest, namespace };
  if (!semanticEqual(shown, {}))
    yield invalid(FieldPath.root.child('metadata'), metadata, mayHaveNamespace ? 'must be empty except for namespace' : 'must be empty');
}
