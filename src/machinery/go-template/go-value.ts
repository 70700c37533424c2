// Values as Go's templates and JSONPath see them: decoded JSON, and the few typed numbers that only an expression can make.
//
// V1. A whole number of the JSON is an int64, any other a float64; a number beyond 2^53 is whole only as a bigint.
// V2. `null` is Go's nil. `undefined` is no value at all, such as a missing key, and is kept apart from nil.

import { isJsonObject } from '../json-object.ts';

/** A number whose Go type JSON cannot express: a literal, a length, a byte of a string. */
export class GoNumber {
  readonly type: 'int' | 'uint8' | 'float64';
  readonly value: number | bigint;

  constructor(type: 'int' | 'uint8' | 'float64', value: number | bigint) {
    this.type = type;
    this.value = value;
  }
}

export const goInt = (value: number | bigint): GoNumber => new GoNumber('int', value);
export const goByte = (value: number): GoNumber => new GoNumber('uint8', value);
export const goFloat = (value: number): GoNumber => new GoNumber('float64', value);

export type Kind = 'invalid' | 'bool' | 'int' | 'uint' | 'float' | 'string' | 'slice' | 'map';

/** The kind of a value, as comparison and printing tell kinds apart. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'float';
    default:
  }
  if (Array.isArray(value)) return 'slice';
  if (value instanceof GoNumber) return value.type === 'int' ? 'int' : value.type === 'uint8' ? 'uint' : 'float';
  return isJsonObject(value) ? 'map' : 'invalid';
}

/** The name of a value's Go type, as %T writes it. */
export function typeName(value: unknown): string {
  if (value instanceof GoNumber) return value.type;
  switch (kindOf(value)) {
    case 'bool':
      return 'bool';
    case 'int':
      return 'int64';
    case 'uint':
      return 'uint8';
    case 'float':
      return 'float64';
    case 'string':
      return 'string';
    case 'slice':
      return '[]interface {}';
    case 'map':
      return 'map[string]interface {}';
    default:
      return '<nil>';
  }
}

/** The integer that a value of kind `int` or `uint` is. */
export function integerOf(value: unknown): bigint {
  const number = value instanceof GoNumber ? value.value : value;
  return typeof number === 'bigint' ? number : typeof number === 'number' ? BigInt(number) : 0n;
}

/** The number that a value of any numeric kind is. */
export function floatOf(value: unknown): number {
  return Number(value instanceof GoNumber ? value.value : value);
}
