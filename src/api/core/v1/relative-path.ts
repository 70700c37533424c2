// Paths inside volumes and folders: relative, without steps back, without reserved beginnings.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';

/** Refuses `..` as a step of the path. */
export function* noBacksteps(at: FieldPath, path: string): Problems {
  if (path.split('/').includes('..')) yield invalid(at, path, "must not contain '..'");
}

/** A path that stays below where it starts. */
export function* descendingPath(at: FieldPath, path: string): Problems {
  if (path.startsWith('/')) yield invalid(at, path, 'must be a relative path');
  yield* noBacksteps(at, path);
}

/** A descending path whose name does not collide with the hidden folders of atomically written volumes. */
export function* nonReservedPath(at: FieldPath, path: string): Problems {
  yield* descendingPath(at, path);
  if (path.startsWith('..') && !path.startsWith('../')) yield invalid(at, path, "must not start with '..'");
}
