// Which addresses can be endpoints: not those that mean a node itself or its own link.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { parseIpSloppy } from '../../../machinery/formats/ip.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';

const isZero = (byte: number): boolean => byte === 0;

/** Refuses unspecified, loopback and link-local addresses. */
export function* validateEndpointIp(at: FieldPath, value: string): Problems {
  const ip = parseIpSloppy(value);
  if (ip === undefined) return yield invalid(at, value, 'must be a valid IP address');
  const { family, bytes } = ip;
  const [first = 0, second = 0, third = 0] = bytes;
  const four = family === 4;
  if (bytes.every(isZero)) yield invalid(at, value, `may not be unspecified (${value})`);
  const loopback = four ? first === 127 : bytes.slice(0, -1).every(isZero) && bytes.at(-1) === 1;
  if (loopback) yield invalid(at, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  const linkLocal = four ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
  if (linkLocal) yield invalid(at, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  const multicast = four ? first === 224 && second === 0 && third === 0 : first === 0xff && (second & 0x0f) === 0x02;
  if (multicast) yield invalid(at, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
}
