// Checks of Leases: durations that pass and counts that grow. What coordinated election adds is off, so its fields are not judged.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import { nonNegative } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { LeaseSpec } from './lease.ts';

/** Checks a Lease's spec. */
export function* validateLeaseSpec(spec: LeaseSpec, at: FieldPath): Problems {
  const { leaseDurationSeconds, leaseTransitions } = spec;
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    yield invalid(at.child('leaseDurationSeconds'), leaseDurationSeconds, 'must be greater than 0');
  yield* nonNegative(at.child('leaseTransitions'), leaseTransitions);
}
