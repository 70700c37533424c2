// Checks the selectors that objects carry.

import type { FieldPath } from '../field-path.ts';
import { checkLabelValue, validateLabelName, validateLabels } from '../formats/label.ts';
import { asJson, forbidden, invalid, required } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { LabelSelectorExpression, LabelSelectorObject } from './label-selector.ts';

export interface LabelSelectorValidation {
  /** For updates of objects that were stored with such values before they were checked. */
  readonly allowInvalidLabelValueInSelector?: boolean;
  /** For reviews of access, where more operators than ours may be asked about. */
  readonly allowUnknownOperatorInRequirement?: boolean;
}

/** What is wrong with a selector object. */
export function validateLabelSelector(
  selector: LabelSelectorObject | undefined | null,
  at: FieldPath,
  options: LabelSelectorValidation = {},
): Problem[] {
  if (selector === undefined || selector === null) return [];
  return [
    ...validateLabels(selector.matchLabels, at.child('matchLabels')),
    ...(selector.matchExpressions ?? []).flatMap((expression, index) =>
      validateLabelSelectorExpression(expression, at.child('matchExpressions').index(index), options),
    ),
  ];
}

/** What is wrong with one requirement of a selector object. */
export function validateLabelSelectorExpression(
  expression: LabelSelectorExpression,
  at: FieldPath,
  options: LabelSelectorValidation,
): Problem[] {
  const values = expression.values ?? [];
  const problems = operatorProblems(expression.operator, values.length, at, options);
  problems.push(...validateLabelName(expression.key, at.child('key')));
  if (options.allowInvalidLabelValueInSelector === true) return problems;
  for (const [index, value] of values.entries()) {
    problems.push(...checkLabelValue(value).map((message) => invalid(at.child('values').index(index), value, message)));
  }
  return problems;
}

function operatorProblems(operator: string, count: number, at: FieldPath, options: LabelSelectorValidation): Problem[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count > 0 ? [] : [required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0 ? [] : [forbidden(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return options.allowUnknownOperatorInRequirement === true
        ? []
        : [invalid(at.child('operator'), asJson(operator), 'not a valid selector operator')];
  }
}

/** Whether a stored selector has values that would not be taken today. */
export const hasInvalidLabelValue = (selector: LabelSelectorObject | undefined | null): boolean =>
  (selector?.matchExpressions ?? []).some(({ values = [] }) => values.some((value) => checkLabelValue(value).length > 0));
