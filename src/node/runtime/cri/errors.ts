// What a call to the runtime can fail with: gRPC's status codes by name.

/** gRPC's codes in their numeric order. */
const codes = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
] as const;

export type RuntimeErrorCode = (typeof codes)[number];

/** A call that the runtime refused or could not answer; the message is the runtime's own. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: RuntimeErrorCode;
  readonly method: string;

  constructor(code: number, method: string, details: string, cause?: unknown) {
    super(details, { cause });
    this.code = codes[code] ?? 'Unknown';
    this.method = method;
  }
}

/** Whether the runtime said that what was asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RuntimeError && error.code === 'NotFound';
}
