// Ports of containers and Services: numbers, and names after IANA's rules for service names.

import { utf8Length } from '../utf8.ts';
import { checkInRange } from './number.ts';
import { maxLengthMessage } from './messages.ts';

/** A port number that something can listen on. */
export const checkPortNumber = (port: number): string[] => checkInRange(port, 1, 65_535);

/** A port name: up to 15 lower-case letters, digits and single hyphens. */
export function checkPortName(port: string): string[] {
  const messages: string[] = [];
  if (utf8Length(port) > 15) messages.push(maxLengthMessage(15));
  if (!/^[-a-z0-9]+$/.test(port)) messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(port)) messages.push('must contain at least one letter (a-z)');
  if (port.includes('--')) messages.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) messages.push('must not begin or end with a hyphen');
  return messages;
}
