// States what must be true whatever the input; a failure is a bug in Tyke, never a user's error.

/** A broken invariant. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws when `condition` is false, and narrows the type when it is true. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, which cannot be missing here; throws with `what` when it is. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`${what} is missing`);
  return value;
}

/** For the branch of a switch that cannot be reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected ${String(value)}`);
}
