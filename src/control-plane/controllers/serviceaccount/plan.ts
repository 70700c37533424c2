// Which ServiceAccounts a Namespace lacks.

import type { Namespace } from '../../../api/core/v1/namespace.ts';

const ENSURED = ['default'] as const;

/** Names to create; a Namespace that is going away gets none. */
export function missingAccounts(namespace: Namespace | undefined, exists: (name: string) => boolean): readonly string[] {
  if (namespace === undefined || namespace.status.phase !== 'Active') return [];
  return ENSURED.filter((name) => !exists(name));
}
