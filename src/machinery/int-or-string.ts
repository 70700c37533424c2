// Values that are a number or a percentage in text, such as maxSurge: 3 or "25%".

import { failure, success } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { quote } from './quote.ts';

export type IntOrString = number | string;

const INTEGER = /^[+-]?[0-9]+$/;

/** A number where the text is one of 32 bits, else the text itself. */
export function parseIntOrString(text: string): IntOrString {
  if (!INTEGER.test(text)) return text;
  const value = Number(text);
  return value > 2_147_483_647 || value < -2_147_483_648 ? text : value;
}

/** The number; a text counts as the number it says, or as zero. */
export function intValue(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return INTEGER.test(value) ? Number(value) : 0;
}

/** Whether the value is a percentage. */
export const isPercent = (value: IntOrString): value is string => typeof value === 'string' && value.endsWith('%');

/** The number, or the share of `total` where the value is a percentage; any other text is refused. */
export function scaleIntOrPercent(value: IntOrString, total: number, roundUp: boolean): Outcome<number> {
  if (typeof value === 'number') return success(value);
  if (!value.endsWith('%')) return failure('invalid value for IntOrString: invalid type: string is not a percentage');
  const digits = value.slice(0, -1);
  const problem = atoiProblem(digits);
  if (problem !== undefined) return failure(`invalid value for IntOrString: invalid value ${quote(value)}: ${problem}`);
  const share = (Number(digits) * total) / 100;
  return success((roundUp ? Math.ceil(share) : Math.floor(share)) + 0);
}

/** Why Go's Atoi refuses the text; undefined when it does not. */
export function atoiProblem(text: string): string | undefined {
  if (!INTEGER.test(text)) return `strconv.Atoi: parsing ${quote(text)}: invalid syntax`;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  const fits = value <= 9_223_372_036_854_775_807n && value >= -9_223_372_036_854_775_808n;
  return fits ? undefined : `strconv.Atoi: parsing ${quote(text)}: value out of range`;
}
