// Field selectors: `metadata.name=web,status.phase!=Running`; values escape commas, equals signs and backslashes.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { compareBytes } from '../utf8.ts';

/** `==` reads and prints as `=`. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Reads a field of the object in hand; an unknown or absent one is empty. */
export type FieldReader = (field: string) => string;

/** An immutable selector. */
export class FieldSelector {
  readonly requirements: readonly FieldRequirement[];

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  matches(get: FieldReader): boolean {
    for (const { field, operator, value } of this.requirements) {
      if ((get(field) === value) !== (operator === '=')) return false;
    }
    return true;
  }

  /** Whether everything matches. */
  get empty(): boolean {
    return this.requirements.length === 0;
  }

  /** The value that the field must have. */
  exactMatch(field: string): string | undefined {
    return this.requirements.find((each) => each.operator === '=' && each.field === field)?.value;
  }

  /** The selector with each requirement renamed; one that becomes empty is dropped, a refusal ends it. */
  transform(rename: (field: string, value: string) => Outcome<{ readonly field: string; readonly value: string }>): Outcome<FieldSelector> {
    const renamed: FieldRequirement[] = [];
    for (const { field, operator, value } of this.requirements) {
      const outcome = rename(field, value);
      if (!outcome.ok) return outcome;
      if (outcome.value.field !== '' || outcome.value.value !== '') renamed.push({ ...outcome.value, operator });
    }
    return success(new FieldSelector(renamed));
  }

  toString(): string {
    return this.requirements.map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`).join(',');
  }
}

export const EVERY_FIELD = new FieldSelector([]);

/** The value as it stands in a selector's text. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

function unescapeFieldValue(text: string): Outcome<string> {
  let value = '';
  let escaped = false;
  for (const character of text) {
    const special = character === '\\' || character === ',' || character === '=';
    if (escaped) {
      if (!special) return failure(`invalid field selector: invalid escape sequence: \\${character}`);
      value += character;
      escaped = false;
    } else if (character === '\\') {
      escaped = true;
    } else if (special) {
      // Upstream prints the character's number.
      return failure(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`);
    } else {
      value += character;
    }
  }
  return escaped ? failure('invalid field selector: invalid escape sequence: \\') : success(value);
}

/** Splits at commas that no backslash precedes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') {
      index += 1;
    } else if (text[index] === ',') {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

const TERM = /^(.*?)(!=|==|=)(.*)$/s;

/** The selector that a text says, as in `?fieldSelector=`. */
export function parseFieldSelector(text: string): Outcome<FieldSelector> {
  if (text === '') return success(EVERY_FIELD);
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort(compareBytes)) {
    if (term === '') continue;
    const match = TERM.exec(term);
    if (match === null) return failure(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator, rawValue = ''] = match;
    const value = unescapeFieldValue(rawValue);
    if (!value.ok) return value;
    // A term that says nothing of nothing is no requirement.
    if (field !== '' || value.value !== '') requirements.push({ field, operator: operator === '!=' ? '!=' : '=', value: value.value });
  }
  return success(new FieldSelector(requirements));
}
