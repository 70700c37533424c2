// Runs many like calls in growing batches, so that a refusal (a quota, say) costs a few calls and not hundreds.

/** How many calls succeeded, and what failed. Items after the failing batch were never tried. */
export interface SlowStartOutcome {
  readonly succeeded: number;
  readonly errors: readonly unknown[];
}

/** Calls `act` for each item: one, then two, four, eight at a time; stops after the first batch with a failure. */
export async function slowStart<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<SlowStartOutcome> {
  let succeeded = 0;
  for (let start = 0, size = 1; start < items.length; start += size, size *= 2) {
    const settled = await Promise.allSettled(items.slice(start, start + size).map((item) => act(item)));
    const errors = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    succeeded += settled.length - errors.length;
    if (errors.length > 0) return { succeeded, errors };
  }
  return { succeeded, errors: [] };
}
