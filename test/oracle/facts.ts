// The facts about upstream's types that random objects are made from.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Type, presence (`value`, `pointer` or `always`) and protobuf number (0: none). A type is a scalar's name, `enum A|B`,
 * `[]T`, `{}T` (a map with string keys) or `#definition`.
 */
export type FieldFact = readonly [type: string, presence: string, protobuf: number];

export interface Facts {
  /** `apps/v1/Deployment` → definition. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, Readonly<Record<string, FieldFact>>>>;
}

let loaded: Facts | undefined;

export function fieldFacts(): Facts {
  loaded ??= JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/facts/fields.json'), 'utf8')) as Facts;
  return loaded;
}
