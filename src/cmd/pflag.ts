// The habits of pflag, which users of kubectl have in their fingers, translated for commander: `-o=json` besides `-o json`.

/** Arguments with `-x=value` split in two; everything after `--` stays as it is. */
export function normalizeFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  const rest = end === -1 ? [] : argv.slice(end);
  return [...flags.flatMap((arg) => (/^-[a-zA-Z]=/.test(arg) ? [arg.slice(0, 2), arg.slice(3)] : [arg])), ...rest];
}
