// Checks of the conditions that newer kinds share: one of each type, with a status, a reason and a time.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { validateLabelName } from '../../../machinery/formats/label.ts';
import { regexMessage } from '../../../machinery/formats/messages.ts';
import { duplicate, invalid, notSupported, required, tooLong } from '../../../machinery/problem.ts';
import { byteLength } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Condition } from './condition.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const LONGEST_REASON = 1024;
const LONGEST_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${REASON}$`);
const REASON_MESSAGE = regexMessage(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON,
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

/** Checks conditions, each and among each other. */
export function* validateConditions(conditions: readonly Condition[], at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, condition] of conditions.entries()) {
    if (seen.has(condition.type)) yield duplicate(at.index(index).child('type'), condition.type);
    seen.add(condition.type);
    yield* validateCondition(condition, at.index(index));
  }
}

function* validateCondition(condition: Condition, at: FieldPath): Problems {
  const { type, status, observedGeneration = 0, lastTransitionTime, reason, message } = condition;
  yield* validateLabelName(type, at.child('type'));
  if (!STATUSES.includes(status)) yield notSupported(at.child('status'), status, STATUSES);
  if (observedGeneration < 0) yield invalid(at.child('observedGeneration'), observedGeneration, 'must be greater than or equal to zero');
  if (lastTransitionTime === undefined) yield required(at.child('lastTransitionTime'));
  if (reason === '') yield required(at.child('reason'));
  else if (!reasonPattern.test(reason)) yield invalid(at.child('reason'), reason, REASON_MESSAGE);
  if (byteLength(reason) > LONGEST_REASON) yield tooLong(at.child('reason'), LONGEST_REASON);
  if (byteLength(message) > LONGEST_MESSAGE) yield tooLong(at.child('message'), LONGEST_MESSAGE);
}
