// Checks of LimitRanges: known names, and bounds and defaults that leave room between them.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { asJson, duplicate, forbidden, invalid, required } from '../../../machinery/problem.ts';
import { approximateQuantity, compareQuantity, printQuantity } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { LimitRangeItem } from './limit-range.ts';
import { isOvercommitAllowed } from './resource-name.ts';
import { validateContainerResourceName, validateResourceName } from './resource-validation.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

/** Checks the limits, each and that there is one of each type. */
export function* validateLimits(limits: readonly LimitRangeItem[], at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    const here = at.index(index);
    yield* validateType(limit.type, here.child('type'));
    if (seen.has(limit.type)) yield duplicate(here.child('type'), limit.type);
    seen.add(limit.type);
    yield* validateNames(limit, here);
    const { max, min, maxLimitRequestRatio } = limit;
    const defaults = limit.type === 'Pod' ? {} : { ...limit.default, ...limit.defaultRequest };
    const names = new Set(Object.keys({ ...max, ...min, ...defaults, ...maxLimitRequestRatio }));
    for (const name of names) yield* validateBounds(limit, name, here);
  }
}

function* validateType(type: string, at: FieldPath): Problems {
  const messages = checkQualifiedName(type);
  yield* complaints(at, asJson(type), messages);
  if (messages.length === 0 && !type.includes('/') && !TYPES.includes(type))
    yield invalid(at, asJson(type), 'must be a standard limit type or fully qualified');
}

function* validateNames(limit: LimitRangeItem, at: FieldPath): Problems {
  const { type, max = {}, min = {} } = limit;
  const check = type === 'Pod' || type === 'Container' ? validateContainerResourceName : validateResourceName;
  const checkAll = function* (amounts: Readonly<Record<string, string>> | undefined, field: string): Problems {
    for (const name of Object.keys(amounts ?? {})) yield* check(name, at.child(field).key(name));
  };
  yield* checkAll(max, 'max');
  yield* checkAll(min, 'min');
  for (const field of ['default', 'defaultRequest'] as const) {
    if (type !== 'Pod') yield* checkAll(limit[field], field);
    else if (Object.keys(limit[field] ?? {}).length > 0) yield forbidden(at.child(field), "may not be specified when `type` is 'Pod'");
  }
  if (type === 'PersistentVolumeClaim' && lookup(min, 'storage') === undefined && lookup(max, 'storage') === undefined)
    yield required(at.child('limits'), 'either minimum or maximum storage value is required, but neither was provided');
  yield* checkAll(limit.maxLimitRequestRatio, 'maxLimitRequestRatio');
}

function* validateBounds(limit: LimitRangeItem, name: string, at: FieldPath): Problems {
  const min = lookup(limit.min, name);
  const max = lookup(limit.max, name);
  const limited = limit.type === 'Pod' ? undefined : lookup(limit.default, name);
  const asked = limit.type === 'Pod' ? undefined : lookup(limit.defaultRequest, name);
  const requestAt = at.child('defaultRequest').key(name);
  const defaultAt = at.child('default').key(name);
  const ordered = function* (less: Bound, more: Bound, shown: string | undefined, here: FieldPath): Problems {
    if (less[1] === undefined || more[1] === undefined || compareQuantity(less[1], more[1]) <= 0) return;
    const text = `${less[0]} value ${printQuantity(less[1])} is greater than ${more[0]} value ${printQuantity(more[1])}`;
    yield invalid(here, shown, text);
  };
  yield* ordered(['min', min], ['max', max], min, at.child('min').key(name));
  yield* ordered(['min', min], ['default request', asked], asked, requestAt);
  yield* ordered(['default request', asked], ['max', max], asked, requestAt);
  yield* ordered(['default request', asked], ['default limit', limited], asked, requestAt);
  yield* ordered(['min', min], ['default', limited], min, defaultAt);
  yield* ordered(['default', limited], ['max', max], max, defaultAt);
  yield* validateRatio(lookup(limit.maxLimitRequestRatio, name), min, max, at.child('maxLimitRequestRatio').key(name));
  if (limited === undefined || asked === undefined || isOvercommitAllowed(name) || compareQuantity(limited, asked) === 0) return;
  const text = `default value ${printQuantity(limited)} must equal to defaultRequest value ${printQuantity(asked)} in ${name}`;
  yield invalid(requestAt, asked, text);
}

/** A bound and what the message calls it. */
type Bound = readonly [string, string | undefined];

const FRACTION_DIGITS = 6;

function* validateRatio(ratio: string | undefined, min: string | undefined, max: string | undefined, at: FieldPath): Problems {
  if (ratio === undefined) return;
  const shown = printQuantity(ratio);
  if (compareQuantity(ratio, '1') < 0) yield invalid(at, shown, `ratio ${shown} is less than 1`);
  if (min === undefined || max === undefined) return;
  const most = approximateQuantity(max) / approximateQuantity(min);
  if (approximateQuantity(ratio) > most)
    yield invalid(at, shown, `ratio ${shown} is greater than max/min = ${most.toFixed(FRACTION_DIGITS)}`);
}
