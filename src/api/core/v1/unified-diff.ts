export const unifiedDiff = (_a: unknown, _b: unknown): string => '';
