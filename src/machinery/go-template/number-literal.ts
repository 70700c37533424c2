// Number literals of a template by Go's rules: underscores, prefixes and hexadecimal floats; the text decides between int and float.

import { quote } from '../quote.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { unquoteCharacter } from './unquote.ts';

export interface NumberLiteral {
  readonly integer?: bigint;
  readonly float?: number;
}

const INTEGER = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const FLOAT = /^[+-]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]_?([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?[0-9]{1,5})$/;

/** The value of a number token: an int unless it is written as a float. */
export function parseNumber(text: string): Outcome<NumberLiteral> {
  const integer = parseInteger(text);
  if (integer !== undefined && integer < 2n ** 64n && integer >= -(2n ** 63n)) return success({ integer });
  const float = parseFloatText(text);
  if (float === undefined) return failure(`illegal number syntax: ${quote(text)}`);
  return /[.eEpP]/.test(text) ? success({ float }) : failure(`integer overflow: ${quote(text)}`);
}

function parseInteger(text: string): bigint | undefined {
  const [, sign = '', digits] = INTEGER.exec(text) ?? [];
  if (digits === undefined || digits.length > 80) return undefined;
  const plain = digits.replaceAll('_', '');
  const magnitude = BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain);
  // Only a positive number may pass into the unsigned range, and only without a sign.
  if (sign === '-') return -magnitude;
  return sign === '+' && magnitude >= 2n ** 63n ? undefined : magnitude;
}

function parseFloatText(text: string): number | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = HEX_FLOAT.exec(text) ?? [];
  if (whole + fraction !== '') {
    const digits = (whole + fraction).replaceAll('_', '');
    const scale = Number(exponent) - 4 * fraction.replaceAll('_', '').length;
    return (sign === '-' ? -1 : 1) * Number(BigInt(`0x${digits}`)) * 2 ** scale;
  }
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** The value of a character constant. */
export function parseCharacter(text: string): Outcome<NumberLiteral> {
  const character = unquoteCharacter(text.slice(1), "'");
  if (character === undefined) return failure('invalid syntax');
  if (text.slice(1 + character.length) !== "'") return failure(`malformed character constant: ${text}`);
  return success({ integer: BigInt(character.code) });
}
