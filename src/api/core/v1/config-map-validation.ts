// Checks of ConfigMaps: keys that can be file names, each in one of the two maps, and no change once they are immutable.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkConfigMapKey } from '../../../machinery/formats/identifier.ts';
import { forbidden, invalid, tooLong } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { byteLength, complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { base64Length } from './secret-data.ts';

interface ConfigMapData {
  readonly immutable?: boolean | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly binaryData?: Readonly<Record<string, string>> | undefined;
}

/** A mebibyte: what a ConfigMap or a Secret may hold. */
export const MAXIMUM_DATA_BYTES = 1_048_576;
export const IMMUTABLE = 'field is immutable when `immutable` is set';

/** Checks a ConfigMap, by itself and against the stored one. */
export function* validateConfigMap(next: ConfigMapData, old: ConfigMapData | undefined, at: FieldPath): Problems {
  if (old?.immutable === true) {
    if (next.immutable !== true) yield forbidden(at.child('immutable'), IMMUTABLE);
    if (!semanticEqual(next.data ?? {}, old.data ?? {})) yield forbidden(at.child('data'), IMMUTABLE);
    if (!semanticEqual(next.binaryData ?? {}, old.binaryData ?? {})) yield forbidden(at.child('binaryData'), IMMUTABLE);
  }
  let size = 0;
  for (const [key, value] of Object.entries(next.data ?? {})) {
    const here = at.child('data').key(key);
    yield* complaints(here, key, checkConfigMapKey(key));
    if (lookup(next.binaryData, key) !== undefined) yield invalid(here, key, 'duplicate of key present in binaryData');
    size += byteLength(value);
  }
  for (const [key, value] of Object.entries(next.binaryData ?? {})) {
    yield* complaints(at.child('binaryData').key(key), key, checkConfigMapKey(key));
    size += base64Length(value);
  }
  // The whole object is too long, and has no path.
  if (size > MAXIMUM_DATA_BYTES) yield tooLong(at, MAXIMUM_DATA_BYTES);
}
