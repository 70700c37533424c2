// Networks in CIDR notation, with the same two ways of reading as IP addresses.

import type { FieldPath } from '../field-path.ts';
import { invalid } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { quote } from '../quote.ts';
import { isStandardIp, parseIpSloppy, printIp } from './ip.ts';
import type { Ip } from './ip.ts';

export interface Cidr {
  /** The address as written. */
  readonly ip: Ip;
  /** The address with the bits beyond the prefix cleared. */
  readonly network: Ip;
  /** As written: out of 32, or out of 128 for IPv6 and mapped addresses. */
  readonly prefix: number;
}

function masked(ip: Ip, prefix: number): Ip {
  // A mapped address is masked as the 16 bytes that it was written as, and may stop being a mapped one.
  const bytes = ip.mapped ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ip.bytes] : ip.bytes;
  const kept = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - index * 8))) & 0xff);
  if (!ip.mapped) return { ...ip, bytes: kept };
  return prefix >= 96 ? { ...ip, bytes: kept.slice(12) } : { family: 6, bytes: kept, mapped: false };
}

/** The network, read as sloppily as old fields are. */
export function parseCidrSloppy(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const ip = parseIpSloppy(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (ip === undefined || !/^[0-9]+$/.test(digits)) return undefined;
  const prefix = Number(digits);
  if (prefix > width(ip)) return undefined;
  return { ip, prefix, network: masked(ip, prefix) };
}

const width = (ip: Ip): number => (ip.family === 4 && !ip.mapped ? 32 : 128);

/** The network where the text is the canonical one. */
export function parseCidr(text: string): Cidr | undefined {
  const cidr = parseCidrSloppy(text);
  return cidr !== undefined && !cidr.ip.mapped && printCidr(cidr) === text ? cidr : undefined;
}

/** The network's canonical text. */
export function printCidr({ network, prefix }: Cidr): string {
  return `${printIp(network)}/${network.mapped ? prefix - 96 : prefix}`;
}

/** Whether the address lies in the network. */
export function cidrContains({ network, prefix }: Cidr, ip: Ip): boolean {
  if (network.family !== ip.family) return false;
  const bits = network.mapped ? prefix - 96 : prefix;
  return masked({ ...ip, mapped: false }, bits).bytes.every((byte, index) => byte === network.bytes[index]);
}

const NOT_A_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

const isStandard = (value: string, ip: Ip): boolean => {
  const slash = value.indexOf('/');
  return isStandardIp(value.slice(0, slash), ip) && !/^0[0-9]/.test(value.slice(slash + 1));
};

const isNetworkAddress = ({ ip, network }: Cidr): boolean =>
  ip.family === network.family && ip.bytes.every((byte, index) => byte === network.bytes[index]);

function strictProblems(at: FieldPath, value: string, cidr: Cidr): Problem[] {
  if (!isStandard(value, { ...cidr.ip, mapped: false })) return [invalid(at, value, 'must not have leading 0s in IP or prefix length')];
  if (cidr.ip.mapped) return [invalid(at, value, 'must not have an IPv4-mapped IPv6 address')];
  return isNetworkAddress(cidr) ? [] : [invalid(at, value, 'must not have bits set beyond the prefix length')];
}

/** A network in a field as old as the API; `strict` where the field has been tightened since. */
export function validateLegacyCidr(at: FieldPath, value: string, strict = false, oldValues: readonly string[] = []): Problem[] {
  if (oldValues.includes(value)) return [];
  const cidr = parseCidrSloppy(value);
  if (cidr === undefined) return [invalid(at, value, NOT_A_CIDR)];
  return strict ? strictProblems(at, value, cidr) : [];
}

/** A network in its canonical form only. */
export function validateCidr(at: FieldPath, value: string): Problem[] {
  const cidr = parseCidrSloppy(value);
  if (cidr === undefined) return [invalid(at, value, NOT_A_CIDR)];
  const problems = strictProblems(at, value, cidr);
  if (problems.length > 0) return problems;
  const canonical = printCidr(cidr);
  return value === canonical ? [] : [invalid(at, value, `must be in canonical form (${quote(canonical)})`)];
}

/** Warnings for a network that an old field took. */
export function cidrWarnings(at: FieldPath, value: string): string[] {
  const cidr = parseCidrSloppy(value);
  if (cidr === undefined) return [];
  const canonical = printCidr(cidr);
  const warnings: string[] = [];
  if (!isNetworkAddress(cidr)) {
    const single = `${printIp(cidr.ip)}/${width(cidr.ip)}`;
    warnings.push(
      `${at.toString()}: CIDR value ${quote(value)} is ambiguous in this context (should be ${quote(canonical)} or ${quote(single)}?)`,
    );
  }
  const standard = isStandard(value, cidr.ip);
  if (!standard) warnings.push(`${at.toString()}: non-standard CIDR value ${quote(value)} is invalid: use ${quote(canonical)}`);
  if (warnings.length > 0 || cidr.ip.family === 4 || value === canonical) return warnings;
  return [`${at.toString()}: IPv6 CIDR value ${quote(value)} should be in RFC 5952 canonical format (${quote(canonical)})`];
}

/** An address of an interface with its prefix, in canonical form; the bits beyond the prefix stay. */
export function validateInterfaceAddress(at: FieldPath, value: string): Problem[] {
  const cidr = parseCidrSloppy(value);
  if (cidr === undefined) {
    return [invalid(at, value, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')];
  }
  const prefix = cidr.ip.mapped && cidr.prefix > 32 ? cidr.prefix - 96 : cidr.prefix;
  const canonical = `${printIp(cidr.ip)}/${prefix}`;
  return value === canonical ? [] : [invalid(at, value, `must be in canonical form (${quote(canonical)})`)];
}
