// What can be asked of upstream, and what comes back. The Go side's `question.go` reads the same fields.

/** One question; which fields an ask reads stands beside its handler on the Go side. */
export interface Question {
  readonly ask: string;
  readonly gvk?: string;
  readonly object?: unknown;
  readonly objects?: readonly unknown[];
  readonly old?: unknown;
  readonly to?: string;
  readonly subresource?: string;
  /** Base64. */
  readonly data?: string;
  readonly mediaType?: string;
  readonly original?: unknown;
  readonly modified?: unknown;
  readonly current?: unknown;
  readonly patch?: unknown;
  readonly overwrite?: boolean;
  readonly text?: string;
  readonly other?: string;
  readonly check?: string;
  readonly sets?: readonly Readonly<Record<string, string>>[];
  readonly label?: string;
  readonly nanos?: number;
  readonly total?: number;
  readonly roundUp?: boolean;
  readonly allowMissing?: boolean;
}

/** Upstream's answer, or the text of its refusal. */
export type Outcome = { readonly answer: unknown } | { readonly error: string };

export function isRefusal(outcome: Outcome): outcome is { readonly error: string } {
  return 'error' in outcome;
}
