// What a command tells its user when it cannot do what was asked: the step, the cause and the remedy.

/** A failure that is the user's to mend; printed without a stack. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly step: string;
  readonly remedy: string;

  constructor(step: string, cause: string, remedy: string, options?: { cause?: unknown }) {
    super(cause, options);
    this.step = step;
    this.remedy = remedy;
  }

  /** Three lines at most, as they are printed. */
  lines(): string[] {
    return [`✗ ${this.step}: ${this.message}`, ...(this.remedy === '' ? [] : [`  ${this.remedy}`])];
  }
}
