// Semantic versions (`semver('1.2.3-rc.1')`), strict unless normalisation is asked for.

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { BOOL, INT, opaqueOf, STRING } from '../type.ts';
import { CelError, OpaqueValue } from '../value.ts';
import type { Value } from '../value.ts';
import { quote } from '../../quote.ts';

export const SEMVER_TYPE = opaqueOf('kubernetes.Semver');

interface Semver {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
}

class SemverValue extends OpaqueValue {
  readonly type = SEMVER_TYPE;
  readonly version: Semver;
  constructor(version: Semver) {
    super();
    this.version = version;
  }
  override equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compare(this.version, other.version) === 0;
  }
}

const order = (a: bigint | string | number, b: bigint | string | number): number => (a < b ? -1 : a > b ? 1 : 0);
const isNumber = (text: string): boolean => /^\d+$/.test(text);

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return order(b.length, a.length);
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    if (isNumber(left) && isNumber(right)) return order(BigInt(left), BigInt(right));
    if (isNumber(left) !== isNumber(right)) return isNumber(left) ? -1 : 1;
    return order(left, right);
  }
  return order(a.length, b.length);
}

function compare(a: Semver, b: Semver): number {
  for (const index of [0, 1, 2] as const) {
    const result = order(a.numbers[index], b.numbers[index]);
    if (result !== 0) return result;
  }
  return Math.sign(comparePrerelease(a.prerelease, b.prerelease));
}

const PART = '(?:0|[1-9]\\d*)';
const STRICT = new RegExp(`^(${PART})\\.(${PART})\\.(${PART})(?:-([0-9A-Za-z.-]*))?(?:\\+([0-9A-Za-z.-]*))?$`);

function parseStrict(text: string): Semver | string {
  if (text === '') return 'Version string empty';
  if (text.split('.').length < 3) return 'No Major.Minor.Patch elements found';
  const match = STRICT.exec(text);
  if (match === null) return problemOf(text);
  const prerelease = match[4] === undefined ? [] : match[4].split('.');
  if (prerelease.includes('') || match[5]?.split('.').includes('') === true) return 'Prerelease is empty';
  const leading = prerelease.find((part) => isNumber(part) && part.length > 1 && part.startsWith('0'));
  if (leading !== undefined) return `Numeric PreRelease version must not contain leading zeroes ${quote(leading)}`;
  const numbers = [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), BigInt(match[3] ?? 0)] as const;
  return numbers.some((number) => number >= 2n ** 64n) ? 'value out of range' : { numbers, prerelease };
}

/** Which of the three numbers is wrong, and how. */
function problemOf(text: string): string {
  const names = ['Major', 'Minor', 'Patch'];
  const parts = text.split('.');
  for (const [index, name] of names.entries()) {
    const part =
      index < 2
        ? (parts[index] ?? '')
        : parts
            .slice(2)
            .join('.')
            .replace(/[-+].*$/s, '');
    if (!isNumber(part)) return `Invalid character(s) found in ${name.toLowerCase()} number ${quote(part)}`;
    if (part.length > 1 && part.startsWith('0')) return `${name} number must not contain leading zeroes ${quote(part)}`;
  }
  return 'Invalid character(s) found in prerelease';
}

function normalized(text: string): string | undefined {
  const bare = text.replace(/^v/, '');
  const [major = '', minor, ...rest] = bare.split('.');
  const parts = minor === undefined ? [major] : rest.length === 0 ? [major, minor] : [major, minor, rest.join('.')];
  const trimmed = parts.map((part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '').replace(/^0+$/, '0') : part));
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1) ?? '')) return undefined;
  while (trimmed.length < 3) trimmed.push('0');
  return trimmed.join('.');
}

function read(text: string, normalize: boolean): Semver | string {
  const strict = normalize ? normalized(text) : text;
  return strict === undefined ? 'short version cannot contain PreRelease/Build meta data' : parseStrict(strict);
}

function versionOf(text: string, normalize: boolean): Value {
  const version = read(text, normalize);
  return typeof version === 'string' ? new CelError(version) : new SemverValue(version);
}

const S = SEMVER_TYPE;
type Pair = (a: SemverValue, b: SemverValue) => Value;
const pair =
  (run: (order: number) => Value): Pair =>
  (a, b) =>
    run(compare(a.version, b.version));
const number = (id: string, index: 0 | 1 | 2) => [member(id, [S], INT, ({ version }: SemverValue) => version.numbers[index])];

export const versions: FunctionTable = {
  semver: [
    global('string_to_semver', [STRING], S, (text: string) => versionOf(text, false)),
    global('string_bool_to_semver', [STRING, BOOL], S, versionOf),
  ],
  isSemver: [
    global('is_semver_string', [STRING], BOOL, (text: string) => typeof read(text, false) !== 'string'),
    global('is_semver_string_bool', [STRING, BOOL], BOOL, (text: string, normalize: boolean) => typeof read(text, normalize) !== 'string'),
  ],
  isGreaterThan: [
    member(
      'semver_is_greater_than',
      [S, S],
      BOOL,
      pair((result) => result > 0),
    ),
  ],
  isLessThan: [
    member(
      'semver_is_less_than',
      [S, S],
      BOOL,
      pair((result) => result < 0),
    ),
  ],
  compareTo: [
    member(
      'semver_compare_to',
      [S, S],
      INT,
      pair((result) => BigInt(result)),
    ),
  ],
  major: number('semver_major', 0),
  minor: number('semver_minor', 1),
  patch: number('semver_patch', 2),
};
