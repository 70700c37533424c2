// `$(NAME)` in commands and values: replaced where the name is known, left as it stands where not; `$$` is a dollar.

/** Expands references to variables. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) => {
    if (whole === '$$') return '$';
    return lookup(name ?? '') ?? whole;
  });
}
