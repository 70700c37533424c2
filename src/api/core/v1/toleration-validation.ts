// Checks of the taints that a Pod tolerates.

import { checkLabelValue, validateLabelName } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid, notSupported } from '../../../machinery/problem.ts';
import { supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Toleration } from './toleration.ts';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const DECIMAL = /^(0|-?[1-9][0-9]*)$/;

/** Checks tolerations; `allowComparison` lets `Lt` and `Gt` stay where a stored Pod has them. */
export function* validateTolerations(tolerations: readonly Toleration[], allowComparison: boolean, at: FieldPath): Problems {
  for (const [index, toleration] of tolerations.entries()) {
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const here = at.index(index);
    if (key !== '') yield* validateLabelName(key, here.child('key'));
    if (key === '' && operator !== 'Exists')
      yield invalid(
        here.child('operator'),
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      yield invalid(here.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    yield* validateOperator(toleration, allowComparison, here);
    if (effect !== '') yield* supported(here.child('effect'), effect, TAINT_EFFECTS);
  }
}

function* validateOperator({ operator = '', value = '' }: Toleration, allowComparison: boolean, at: FieldPath): Problems {
  const here = at.child('operator');
  switch (operator) {
    case '':
    case 'Equal': {
      const messages = checkLabelValue(value);
      if (messages.length > 0) yield invalid(here, value, messages.join(';'));
      return;
    }
    case 'Exists':
      if (value !== '') yield invalid(here, value, "value must be empty when `operator` is 'Exists'");
      return;
    case 'Lt':
    case 'Gt':
      if (!allowComparison) yield notSupported(here, operator, ['Equal', 'Exists', 'Lt', 'Gt']);
      else if (!DECIMAL.test(value)) yield invalid(at.child('value'), value, 'must be a valid decimal integer in canonical form');
      return;
    default:
      yield notSupported(here, operator, ['Equal', 'Exists']);
  }
}
