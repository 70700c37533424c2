// `$(NAME)` references in commands, arguments and values: `$$` stands for a dollar sign, and what cannot be resolved stays as it is.

import type { Variable } from '../seams.ts';

/** Replaces every `$(NAME)` by what `resolve` says of the name; it decides what an unknown name becomes. */
export function expandWith(text: string, resolve: (name: string) => string): string {
  let result = '';
  let at = 0;
  const lastClose = text.lastIndexOf(')');
  for (;;) {
    const dollar = text.indexOf('$', at);
    // A dollar sign that ends the text stands for itself.
    if (dollar === -1 || dollar === text.length - 1) return result + text.slice(at);
    result += text.slice(at, dollar);
    const next = text.charAt(dollar + 1);
    // An opening without an end is text, and is not searched for again.
    if (next === '(' && lastClose > dollar) {
      const close = text.indexOf(')', dollar + 2);
      result += resolve(text.slice(dollar + 2, close));
      at = close + 1;
    } else {
      result += next === '$' ? '$' : `$${next}`;
      at = dollar + 2;
    }
  }
}

/** Replaces references to known variables; others stay as they are written. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return expandWith(text, (name) => variables.get(name) ?? `$(${name})`);
}

/** A container's command or arguments with its variables filled in. */
export function expandAll(texts: readonly string[], variables: readonly Variable[]): string[] {
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  return texts.map((text) => expand(text, values));
}

/** Like `expand`, but undefined with the name where a reference cannot be resolved (`subPathExpr`). */
export function expandStrictly(text: string, variables: readonly Variable[]): { ok: true; value: string } | { ok: false; missing: string } {
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  let missing: string | undefined;
  const value = expandWith(text, (name) => {
    const known = values.get(name);
    if (known === undefined) missing ??= name;
    return known ?? '';
  });
  return missing === undefined ? { ok: true, value } : { ok: false, missing };
}
