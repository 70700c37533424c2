// Checks of Secrets: what each of the known types must hold, and no change once they are immutable.

import { decodeJson } from '../../../machinery/codec/json.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkConfigMapKey } from '../../../machinery/formats/identifier.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { IMMUTABLE, MAXIMUM_DATA_BYTES } from './config-map-validation.ts';
import { base64Length, decodeBase64 } from './secret-data.ts';

interface SecretObject extends KubeObject {
  readonly immutable?: boolean | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly type?: string | undefined;
}

const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const REDACTED = '<secret contents redacted>';

/** Checks a Secret, by itself and against the stored one. */
export function* validateSecret(next: SecretObject, old: SecretObject | undefined, at: FieldPath): Problems {
  const here = at.child('data');
  if (old !== undefined) yield* validateChange(next, old, at);
  let size = 0;
  for (const [key, value] of Object.entries(next.data ?? {})) {
    yield* complaints(here.key(key), key, checkConfigMapKey(key));
    size += base64Length(value);
  }
  if (size > MAXIMUM_DATA_BYTES) yield tooLong(here, MAXIMUM_DATA_BYTES);
  yield* validateType(next, at);
}

function* validateChange(next: SecretObject, old: SecretObject, at: FieldPath): Problems {
  yield* unchanged(at.child('type'), next.type, old.type);
  if (old.immutable !== true) return;
  if (next.immutable !== true) yield forbidden(at.child('immutable'), IMMUTABLE);
  if (!semanticEqual(next.data ?? {}, old.data ?? {})) yield forbidden(at.child('data'), IMMUTABLE);
}

function* validateType({ type, data = {}, metadata }: SecretObject, at: FieldPath): Problems {
  const here = at.child('data');
  const has = (key: string): boolean => lookup(data, key) !== undefined;
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if ((lookup(metadata.annotations, SERVICE_ACCOUNT_NAME) ?? '') === '')
        yield required(at.child('metadata', 'annotations').key(SERVICE_ACCOUNT_NAME));
      return;
    case 'kubernetes.io/dockercfg':
      return yield* validateJsonObject(lookup(data, '.dockercfg'), here.key('.dockercfg'));
    case 'kubernetes.io/dockerconfigjson':
      return yield* validateJsonObject(lookup(data, '.dockerconfigjson'), here.key('.dockerconfigjson'));
    case 'kubernetes.io/basic-auth':
      if (has('username') || has('password')) return;
      yield required(here.key('username'));
      return yield required(here.key('password'));
    case 'kubernetes.io/ssh-auth':
      if ((lookup(data, 'ssh-privatekey') ?? '') === '') yield required(here.key('ssh-privatekey'));
      return;
    case 'kubernetes.io/tls':
      if (!has('tls.crt')) yield required(here.key('tls.crt'));
      if (!has('tls.key')) yield required(here.key('tls.key'));
  }
}

function* validateJsonObject(value: string | undefined, at: FieldPath): Problems {
  if (value === undefined) return yield required(at);
  const result = decodeJson(decodeBase64(value));
  if (!result.ok) return yield invalid(at, REDACTED, result.message);
  const type = jsonType(result.value);
  if (type !== undefined) yield invalid(at, REDACTED, `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`);
}

/** What a value is that is neither an object nor null. */
function jsonType(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return undefined;
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
