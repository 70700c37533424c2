// Names in DNS: labels and subdomains after RFC 1123 and RFC 1035, and the names and paths built on them.

import type { FieldPath } from '../field-path.ts';
import { invalid, required } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { utf8Length } from '../utf8.ts';
import { checkQualifiedName } from './label.ts';
import { maxLengthMessage, regexMessage } from './messages.ts';
import { LABEL, MAX_SUBDOMAIN_LENGTH, SUBDOMAIN, SUBDOMAIN_MESSAGE, subdomainPattern } from './subdomain.ts';

const LABEL_WITH_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_WITH_UNDERSCORE = `${LABEL_WITH_UNDERSCORE}(\\.${LABEL_WITH_UNDERSCORE})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const whole = (format: string): RegExp => new RegExp(`^${format}$`);
const labelPattern = whole(LABEL);
const subdomainWithUnderscorePattern = whole(SUBDOMAIN_WITH_UNDERSCORE);
const label1035Pattern = whole(LABEL_1035);
const wildcardPattern = whole(WILDCARD);
const httpPathPattern = whole(HTTP_PATH);

const MAX_LABEL = 63;

const LABEL_MESSAGE = regexMessage(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL,
  'my-name',
  '123-abc',
);
const SUBDOMAIN_WITH_UNDERSCORE_MESSAGE = regexMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN_WITH_UNDERSCORE,
  'example.com',
);
const LABEL_1035_MESSAGE = regexMessage(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  LABEL_1035,
  'my-name',
  'abc-123',
);
const WILDCARD_MESSAGE = regexMessage(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  WILDCARD,
  '*.example.com',
);

const check = (value: string, longest: number, pattern: RegExp, message: string): string[] => [
  ...(utf8Length(value) > longest ? [maxLengthMessage(longest)] : []),
  ...(pattern.test(value) ? [] : [message]),
];

/** One label: what namespaces and containers are named by. */
export function checkDns1123Label(value: string): string[] {
  const message = subdomainPattern.test(value) ? 'must not contain dots' : LABEL_MESSAGE;
  return check(value, MAX_LABEL, labelPattern, message);
}

/** Labels joined by dots: what most objects are named by. */
export const checkDns1123Subdomain = (value: string): string[] => check(value, MAX_SUBDOMAIN_LENGTH, subdomainPattern, SUBDOMAIN_MESSAGE);

/** Labels that may start with an underscore, as SRV records have them. */
export const checkDns1123SubdomainWithUnderscore = (value: string): string[] =>
  check(value, MAX_SUBDOMAIN_LENGTH, subdomainWithUnderscorePattern, SUBDOMAIN_WITH_UNDERSCORE_MESSAGE);

/** A label that starts with a letter: what Services are named by. */
export const checkDns1035Label = (value: string): string[] => check(value, MAX_LABEL, label1035Pattern, LABEL_1035_MESSAGE);

/** `*.` and a subdomain: the host of an Ingress rule. */
export const checkWildcardDns1123Subdomain = (value: string): string[] =>
  check(value, MAX_SUBDOMAIN_LENGTH, wildcardPattern, WILDCARD_MESSAGE);

/** A subdomain of at least three labels. */
export function validateFullyQualifiedName(at: FieldPath, name: string): Problem[] {
  if (name === '') return [required(at)];
  const messages = checkDns1123Subdomain(name);
  if (messages.length > 0) return [invalid(at, name, messages.join(','))];
  return name.split('.').length < 3 ? [invalid(at, name, 'should be a domain with at least three segments separated by dots')] : [];
}

/** A subdomain of at least two labels, each a legal one, maybe with a dot at the end. */
export function validateFullyQualifiedDomainName(at: FieldPath, value: string): Problem[] {
  if (value === '') return [required(at)];
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const messages = checkDns1123Subdomain(name);
  if (messages.length > 0) return [invalid(at, name, messages.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) return [invalid(at, name, 'should be a domain with at least two segments separated by dots')];
  for (const label of labels) {
    const problems = checkDns1123Label(label);
    if (problems.length > 0) return [invalid(at, label, problems.join(','))];
  }
  return [];
}

/** `acme.io/foo`: a subdomain and an HTTP path. */
export function validateDomainPrefixedPath(at: FieldPath, value: string): Problem[] {
  if (value === '') return [required(at)];
  const slash = value.indexOf('/');
  const host = value.slice(0, Math.max(slash, 0));
  const path = value.slice(slash + 1);
  if (host === '' || path === '') return [invalid(at, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const problems = checkDns1123Subdomain(host).map((message) => invalid(at, host, message));
  return httpPathPattern.test(path) ? problems : [...problems, invalid(at, path, regexMessage('Invalid path', HTTP_PATH))];
}

/** `acme.io/foo`: a qualified name whose prefix is not optional. */
export function validateDomainPrefixedKey(at: FieldPath, key: string): Problem[] {
  if (key === '') return [required(at)];
  const problems = checkQualifiedName(key).map((message) => invalid(at, key, message));
  if (problems.length > 0 || key.includes('/')) return problems;
  return [invalid(at, key, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}
