// Time zones by name, as the IANA database has them.

/** Whether there is such a zone; offsets such as `+01` are none, and neither are names in another case than the database's. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // Aliases resolve to another name altogether, and of those the case is not known.
    return resolved === name || resolved.toLowerCase() !== name.toLowerCase();
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}
