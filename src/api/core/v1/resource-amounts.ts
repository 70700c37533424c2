// Checks of amounts by resource name, where the names themselves are not judged.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { validateResourceAmount } from './resource-validation.ts';
import type { Problems } from '../../value-checks.ts';

/** Refuses negative amounts, and broken ones of what is counted. Upstream names these fields with dots. */
export function* nonNegativeAmounts(amounts: Readonly<Record<string, string>> | undefined, at: FieldPath): Problems {
  for (const [name, amount] of Object.entries(amounts ?? {})) yield* validateResourceAmount(name, amount, at.child(name));
}
