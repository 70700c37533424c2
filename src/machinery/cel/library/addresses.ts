// IP addresses and networks.

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { BOOL, INT, opaqueOf, STRING } from '../type.ts';
import { CelError, OpaqueValue } from '../value.ts';
import type { Value } from '../value.ts';
import { cidrContains, parseCidrSloppy, printCidr } from '../../formats/cidr.ts';
import type { Cidr } from '../../formats/cidr.ts';
import { isStandardIp, parseIpSloppy, printIp } from '../../formats/ip.ts';
import type { Ip } from '../../formats/ip.ts';
import { quote } from '../../quote.ts';

export const IP_TYPE = opaqueOf('net.IP');
export const CIDR_TYPE = opaqueOf('net.CIDR');

class IpValue extends OpaqueValue {
  readonly type = IP_TYPE;
  readonly ip: Ip;
  constructor(ip: Ip) {
    super();
    this.ip = ip;
  }
  override equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && printIp(this.ip) === printIp(other.ip);
  }
  override get size(): number {
    return this.ip.bytes.length;
  }
}

class CidrValue extends OpaqueValue {
  readonly type = CIDR_TYPE;
  readonly cidr: Cidr;
  constructor(cidr: Cidr) {
    super();
    this.cidr = cidr;
  }
  override equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && this.text === other.text;
  }
  override get size(): number {
    return Math.ceil(this.cidr.prefix / 8);
  }
  get text(): string {
    return `${printIp(this.cidr.ip)}/${this.cidr.prefix}`;
  }
}

/** What is wrong with an address that cannot be read. */
function complaint(text: string): string {
  if (!/^[0-9.]+$/.test(text) || !text.includes('.')) return 'unable to parse IP';
  const fields = text.split('.');
  if (fields.some((field) => Number(field) > 255)) return 'IPv4 field has value >255';
  return fields.length < 4 ? 'IPv4 address too short' : fields.length > 4 ? 'IPv4 address too long' : 'unable to parse IP';
}

function readIp(text: string): Ip | CelError {
  if (text.includes('%')) return new CelError(`IP address ${quote(text)} with zone value is not allowed`);
  const ip = parseIpSloppy(text);
  if (ip?.mapped === true) return new CelError(`IPv4-mapped IPv6 address ${quote(text)} is not allowed`);
  if (ip !== undefined && isStandardIp(text, ip)) return ip;
  const reason = `ParseAddr(${quote(text)}): ${ip === undefined ? complaint(text) : 'IPv4 field has octet with leading zero'}`;
  return new CelError(`IP Address ${quote(text)} parse error during conversion from string: ${reason}`);
}

function readCidr(text: string): Cidr | CelError {
  const prefix = 'network address parse error during conversion from string: ';
  const cidr = parseCidrSloppy(text);
  if (cidr?.ip.mapped === true) return new CelError(`${prefix}IPv4-mapped IPv6 address ${quote(text)} is not allowed`);
  const standard = cidr !== undefined && isStandardIp(text.slice(0, text.indexOf('/')), cidr.ip) && /\/(?:0|[1-9]\d*)$/.test(text);
  if (standard) return cidr;
  return new CelError(`${prefix}${prefix}netip.ParsePrefix(${quote(text)}): ${prefixComplaint(text)}`);
}

function prefixComplaint(text: string): string {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return "no '/'";
  const address = text.slice(0, slash);
  if (parseIpSloppy(address) === undefined) return `ParseAddr(${quote(address)}): ${complaint(address)}`;
  return /^(?:0|[1-9]\d{0,2})$/.test(text.slice(slash + 1))
    ? 'prefix length out of range'
    : `bad bits after slash: ${quote(text.slice(slash + 1))}`;
}

const ipOf = (text: string): Value => {
  const ip = readIp(text);
  return ip instanceof CelError ? ip : new IpValue(ip);
};

const cidrOf = (text: string): Value => {
  const cidr = readCidr(text);
  return cidr instanceof CelError ? cidr : new CidrValue(cidr);
};

const isCanonical = (text: string): Value => {
  const ip = readIp(text);
  return ip instanceof CelError ? ip : printIp(ip) === text;
};

const holdsIp = (network: CidrValue, other: Value): Value => (other instanceof IpValue ? cidrContains(network.cidr, other.ip) : other);

const holdsCidr = (network: CidrValue, other: Value): Value =>
  other instanceof CidrValue ? network.cidr.prefix <= other.cidr.prefix && cidrContains(network.cidr, other.cidr.ip) : other;

const test = (id: string, holds: (ip: Ip) => boolean) => [member(id, [IP_TYPE], BOOL, ({ ip }: IpValue) => holds(ip))];

const at = (ip: Ip, index: number): number => ip.bytes[index] ?? 0;
const isLoopback = (ip: Ip): boolean => (ip.family === 4 ? at(ip, 0) === 127 : printIp(ip) === '::1');
const isUnspecified = (ip: Ip): boolean => ip.bytes.every((byte) => byte === 0);
const isMulticast = (ip: Ip): boolean => (ip.family === 4 ? at(ip, 0) >> 4 === 0xe : at(ip, 0) === 0xff);
const isLinkLocalMulticast = (ip: Ip): boolean =>
  ip.family === 4 ? at(ip, 0) === 224 && at(ip, 1) === 0 && at(ip, 2) === 0 : at(ip, 0) === 0xff && (at(ip, 1) & 0x0f) === 2;
const isLinkLocalUnicast = (ip: Ip): boolean =>
  ip.family === 4 ? at(ip, 0) === 169 && at(ip, 1) === 254 : at(ip, 0) === 0xfe && (at(ip, 1) & 0xc0) === 0x80;
const isBroadcast = (ip: Ip): boolean => ip.family === 4 && ip.bytes.every((byte) => byte === 255);
const isGlobalUnicast = (ip: Ip): boolean =>
  !isUnspecified(ip) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip) && !isBroadcast(ip);

export const addresses: FunctionTable = {
  ip: [
    global('string_to_ip', [STRING], IP_TYPE, ipOf),
    member('cidr_ip', [CIDR_TYPE], IP_TYPE, ({ cidr }: CidrValue) => new IpValue(cidr.ip)),
  ],
  isIP: [global('is_ip', [STRING], BOOL, (text: string) => !(readIp(text) instanceof CelError))],
  'ip.isCanonical': [global('ip_is_canonical', [STRING], BOOL, isCanonical)],
  family: [member('ip_family', [IP_TYPE], INT, ({ ip }: IpValue) => BigInt(ip.family))],
  isUnspecified: test('ip_is_unspecified', isUnspecified),
  isLoopback: test('ip_is_loopback', isLoopback),
  isLinkLocalMulticast: test('ip_is_link_local_multicast', isLinkLocalMulticast),
  isLinkLocalUnicast: test('ip_is_link_local_unicast', isLinkLocalUnicast),
  isGlobalUnicast: test('ip_is_global_unicast', isGlobalUnicast),
  cidr: [global('string_to_cidr', [STRING], CIDR_TYPE, cidrOf)],
  isCIDR: [global('is_cidr', [STRING], BOOL, (text: string) => !(readCidr(text) instanceof CelError))],
  containsIP: [
    member('cidr_contains_ip_string', [CIDR_TYPE, STRING], BOOL, (network: CidrValue, text: string) => holdsIp(network, ipOf(text))),
    member('cidr_contains_ip_ip', [CIDR_TYPE, IP_TYPE], BOOL, holdsIp),
  ],
  containsCIDR: [
    member('cidr_contains_cidr_string', [CIDR_TYPE, STRING], BOOL, (network: CidrValue, text: string) => holdsCidr(network, cidrOf(text))),
    member('cidr_contains_cidr', [CIDR_TYPE, CIDR_TYPE], BOOL, holdsCidr),
  ],
  prefixLength: [member('cidr_prefix_length', [CIDR_TYPE], INT, ({ cidr }: CidrValue) => BigInt(cidr.prefix))],
  masked: [member('cidr_masked', [CIDR_TYPE], CIDR_TYPE, ({ cidr }: CidrValue) => cidrOf(printCidr(cidr)))],
  string: [
    global('ip_to_string', [IP_TYPE], STRING, ({ ip }: IpValue) => printIp(ip)),
    global('cidr_to_string', [CIDR_TYPE], STRING, (cidr: CidrValue) => cidr.text),
  ],
};
