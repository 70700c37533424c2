// IP addresses. Old fields take addresses as sloppily as Go once read them (010.0.0.1 is 10.0.0.1); newer ones only the canonical text.
//
// I1. An IPv4 address inside IPv6 (::ffff:1.2.3.4) counts as IPv4, and says so in `mapped`.

import type { FieldPath } from '../field-path.ts';
import { invalid } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { quote } from '../quote.ts';

export interface Ip {
  readonly family: 4 | 6;
  /** 4 of them or 16. */
  readonly bytes: readonly number[];
  /** Whether an IPv4 address was written as an IPv6 one. */
  readonly mapped: boolean;
}

const OCTETS = /^([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$/;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function octets(text: string): readonly number[] | undefined {
  const match = OCTETS.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte <= 0xff) ? bytes : undefined;
}

/** The bytes of one side of `::`, or of an address without it; only the last part may be dotted. */
function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const bytes: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const dotted = octets(part);
      if (dotted === undefined) return undefined;
      bytes.push(...dotted);
      continue;
    }
    if (!/^[0-9a-fA-F]+$/.test(part)) return undefined;
    const value = Number.parseInt(part, 16);
    if (value > 0xffff) return undefined;
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

function sixteenBytes(text: string): readonly number[] | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const bytes = groups(text, true);
    return bytes?.length === 16 ? bytes : undefined;
  }
  const after = text.slice(gap + 2);
  if (after.includes('::') || after.startsWith(':')) return undefined;
  const left = groups(text.slice(0, gap), after === '');
  const right = groups(after, true);
  if (left === undefined || right === undefined || text.slice(0, gap).includes('.')) return undefined;
  const missing = 16 - left.length - right.length;
  return missing < 2 ? undefined : [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

/** The address, read as sloppily as old fields are. */
export function parseIpSloppy(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const bytes = octets(text);
    return bytes === undefined ? undefined : { family: 4, bytes, mapped: false };
  }
  if (text.indexOf('.') >= 0 && text.indexOf('.') < text.indexOf(':')) return undefined;
  const bytes = sixteenBytes(text);
  if (bytes === undefined) return undefined;
  return MAPPED_PREFIX.every((byte, index) => bytes[index] === byte)
    ? { family: 4, bytes: bytes.slice(12), mapped: true }
    : { family: 6, bytes, mapped: false };
}

/** Whether the text has zeros that nobody needs: in octets, or in groups of more than four digits. */
const hasLeadingZeros = (text: string): boolean => (text.includes('.') && dottedHasZeros(text)) || longGroup(text);

const dottedHasZeros = (text: string): boolean =>
  text
    .slice(text.lastIndexOf(':') + 1)
    .split('.')
    .some((octet) => octet.length > 1 && octet.startsWith('0'));

const longGroup = (text: string): boolean =>
  text.includes(':') && text.split(':').some((group) => group.length > 4 && !group.includes('.'));

/** The address where the text is the canonical one. */
export function parseIp(text: string): Ip | undefined {
  const ip = parseIpSloppy(text);
  return ip !== undefined && !ip.mapped && printIp(ip) === text ? ip : undefined;
}

/** Of which family the address is, read sloppily. */
export const ipFamily = (text: string): 4 | 6 | undefined => parseIpSloppy(text)?.family;

/** The canonical text: dotted, or RFC 5952; a mapped address prints as IPv4. */
export function printIp(ip: Ip): string {
  return ip.family === 4 ? ip.bytes.join('.') : printSixteen(ip.bytes);
}

/** RFC 5952: lower case, the longest run of two or more zero groups left out. */
function printSixteen(bytes: readonly number[]): string {
  const values = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  let start = -1;
  let length = 1;
  for (let from = 0; from < 8; from += 1) {
    let to = from;
    while (to < 8 && values[to] === 0) to += 1;
    if (to - from > length) {
      start = from;
      length = to - from;
    }
  }
  const text = values.map((value) => value.toString(16));
  return start < 0 ? text.join(':') : `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}

/** Whether the text is an address by today's rules, if not the canonical one. */
export const isStandardIp = (text: string, ip: Ip): boolean => !ip.mapped && !hasLeadingZeros(text);

const NOT_AN_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** An address in a field as old as the API; `strict` where the field has been tightened since. */
export function validateLegacyIp(at: FieldPath, value: string, strict = false, oldValues: readonly string[] = []): Problem[] {
  if (oldValues.includes(value)) return [];
  const ip = parseIpSloppy(value);
  if (ip === undefined) return [invalid(at, value, NOT_AN_IP)];
  if (!strict) return [];
  return strictProblems(at, value, ip);
}

function strictProblems(at: FieldPath, value: string, ip: Ip): Problem[] {
  if (hasLeadingZeros(value)) return [invalid(at, value, 'must not have leading 0s')];
  return ip.mapped ? [invalid(at, value, 'must not be an IPv4-mapped IPv6 address')] : [];
}

/** An address in its canonical form only. */
export function validateIp(at: FieldPath, value: string): Problem[] {
  const ip = parseIpSloppy(value);
  if (ip === undefined) return [invalid(at, value, NOT_AN_IP)];
  const problems = strictProblems(at, value, ip);
  if (problems.length > 0) return problems;
  const canonical = printIp(ip);
  return value === canonical ? [] : [invalid(at, value, `must be in canonical form (${quote(canonical)})`)];
}

/** Warnings for an address that an old field took. */
export function ipWarnings(at: FieldPath, value: string): string[] {
  const ip = parseIpSloppy(value);
  if (ip === undefined) return [];
  const canonical = printIp(ip);
  if (!isStandardIp(value, ip)) return [`${at.toString()}: non-standard IP address ${quote(value)} is invalid: use ${quote(canonical)}`];
  if (ip.family === 4 || canonical === value) return [];
  return [`${at.toString()}: IPv6 address ${quote(value)} should be in RFC 5952 canonical format (${quote(canonical)})`];
}
