// Checks of the counts that controllers of replicas report.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Int64 } from '../../../machinery/schema.ts';
import { nonNegative } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';

type Counts = Readonly<Record<string, Int64 | undefined>>;

/** None of the named counts is negative. */
export function* countsAreNatural(counts: Counts, at: FieldPath): Problems {
  for (const [name, count] of Object.entries(counts)) yield* nonNegative(at.child(name), count);
}

interface ReplicaCounts {
  readonly replicas?: number | undefined;
  readonly readyReplicas?: number | undefined;
  readonly availableReplicas?: number | undefined;
}

/** No part is larger than the whole; `parts` are compared first, in order. */
export function* partsFitReplicas(status: ReplicaCounts, parts: Readonly<Record<string, number | undefined>>, at: FieldPath): Problems {
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const [name, count = 0] of Object.entries({ ...parts, readyReplicas, availableReplicas }))
    if (count > replicas) yield invalid(at.child(name), count, 'cannot be greater than status.replicas');
  if (availableReplicas > readyReplicas)
    yield invalid(at.child('availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas');
}

/** A count that only ever grows. */
export function* neverDecremented(next: number | undefined, old: number | undefined, at: FieldPath): Problems {
  if (old !== undefined && (next === undefined || next < old)) yield invalid(at, next ?? 0, 'cannot be decremented');
}
