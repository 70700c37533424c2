// Creates what must exist and does not; several servers may do so at once.

import type { Sparse } from '../../../client/sparse.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import type { LoopContext } from './parts.ts';

/** Creates the object unless one of its name is there; whether it did. */
export async function ensure<T extends KubeObject>(
  { client, lookups, signal }: LoopContext,
  kind: Kind<T>,
  object: Sparse<T>,
): Promise<boolean> {
  const { name = '', namespace = '' } = (object as Sparse<KubeObject>).metadata ?? {};
  if (lookups.cached(kind, namespace, name) !== undefined) return false;
  try {
    await client.create(kind, object, { signal });
    return true;
  } catch (error) {
    if (isStatus(error, 'AlreadyExists')) return false;
    throw error;
  }
}
