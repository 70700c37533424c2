// Labels and annotations: qualified names as keys, short plain text as values.

import type { FieldPath } from '../field-path.ts';
import { invalid, tooLong } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { utf8Length } from '../utf8.ts';
import { emptyMessage, maxBytesMessage, regexMessage } from './messages.ts';
import { checkKeyPrefix } from './subdomain.ts';

const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${KEY})?`;
const MAX_LENGTH = 63;
const MAX_ANNOTATIONS_BYTES = 256 * 1024;
const keyPattern = new RegExp(`^${KEY}$`);
const valuePattern = new RegExp(`^${VALUE}$`);

const KEY_MESSAGE = regexMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  KEY,
  'MyName',
  'my.name',
  '123-abc',
);
const VALUE_MESSAGE = regexMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  VALUE,
  'MyValue',
  'my_value',
  '12345',
);

/** `name` or `prefix.example.com/name`. */
export function checkQualifiedName(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2)
    return [`a valid label key ${KEY_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? '';
  const messages: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    const problems = prefix === '' ? [emptyMessage()] : checkKeyPrefix(prefix);
    messages.push(...problems.map((message) => `prefix part ${message}`));
  }
  if (name === '') messages.push(`name part ${emptyMessage()}`);
  else if (utf8Length(name) > MAX_LENGTH) messages.push(`name part ${maxBytesMessage(MAX_LENGTH)}`);
  if (!keyPattern.test(name)) messages.push(`name part ${KEY_MESSAGE}`);
  return messages;
}

export const checkLabelKey = checkQualifiedName;

/** The value of a label; empty is fine. */
export const checkLabelValue = (value: string): string[] => [
  ...(utf8Length(value) > MAX_LENGTH ? [maxBytesMessage(MAX_LENGTH)] : []),
  ...(valuePattern.test(value) ? [] : [VALUE_MESSAGE]),
];

/** A name that is used as a label's key. */
export const validateLabelName = (name: string, at: FieldPath): Problem[] =>
  checkQualifiedName(name).map((message) => invalid(at, name, message));

/** The labels of an object, or those a selector matches. */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, at: FieldPath): Problem[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...validateLabelName(key, at),
    ...checkLabelValue(value).map((message) => invalid(at, value, message)),
  ]);
}

/** Annotations: keys may have capitals, values may be anything, all together up to 256 KiB. */
export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, at: FieldPath): Problem[] {
  const entries = Object.entries(annotations ?? {});
  const problems = entries.flatMap(([key]) => checkQualifiedName(key.toLowerCase()).map((message) => invalid(at, key, message)));
  const size = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  return size > MAX_ANNOTATIONS_BYTES ? [...problems, tooLong(at, MAX_ANNOTATIONS_BYTES)] : problems;
}
