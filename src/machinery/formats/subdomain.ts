// The DNS subdomain of RFC 1123, which names of objects and prefixes of label keys share.

import { utf8Length } from '../utf8.ts';
import { maxBytesMessage, regexMessage } from './messages.ts';

/** One label, as a regular expression. */
export const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
export const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
export const MAX_SUBDOMAIN_LENGTH = 253;

export const subdomainPattern = new RegExp(`^${SUBDOMAIN}$`);

export const SUBDOMAIN_MESSAGE = regexMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  'example.com',
);

/** A subdomain as the prefix of a label key, where limits are told in bytes. */
export const checkKeyPrefix = (value: string): string[] => [
  ...(utf8Length(value) > MAX_SUBDOMAIN_LENGTH ? [maxBytesMessage(MAX_SUBDOMAIN_LENGTH)] : []),
  ...(subdomainPattern.test(value) ? [] : [SUBDOMAIN_MESSAGE]),
];
