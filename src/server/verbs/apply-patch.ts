// Applies a patch of any type to an object of any kind, and makes the result an object of the kind again.

import { canonicalize } from '../../machinery/canonical.ts';
import { encodeJson } from '../../machinery/codec/json.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import { applyJsonPatch } from '../../machinery/patch/json-patch.ts';
import { applyMergePatch } from '../../machinery/patch/merge-patch.ts';
import { invalid } from '../../machinery/problem.ts';
import type { JsonObject } from '../../machinery/schema.ts';
import { badRequestError, invalidError, StatusError, tooLargeError, unsupportedMediaTypeError } from '../../machinery/status-error.ts';
import { strategicMerge } from '../../machinery/strategic-merge.ts';
import { decodePatch, keepReset, mediaTypeOf } from '../decode-body.ts';
import type { ObjectDraft } from '../object-preparation.ts';
import type { WriteOptions } from '../request-options.ts';
import type { Scope } from '../scope.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

const MAXIMUM_OPERATIONS = 10_000;

/** A decoded patch, ready to be applied in every round of the write loop. */
export interface Patch {
  readonly type: string;
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The media type of a patch; 415 when the server does not take it. */
export function patchTypeOf(scope: Scope): string {
  const { body } = scope.request;
  const type = body === undefined ? '' : mediaTypeOf(body.contentType);
  const taken = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, ...(scope.parts.apply === undefined ? [] : [APPLY_PATCH])];
  if (!taken.includes(type)) throw unsupportedMediaTypeError(taken);
  return type;
}

/** Reads the patch of a request. */
export function readPatch(scope: Scope, type: string): Patch {
  const { value, duplicates } = decodePatch(scope.request.body);
  if (type === JSON_PATCH) {
    if (!Array.isArray(value))
      throw badRequestError('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
    if (value.length > MAXIMUM_OPERATIONS) {
      throw tooLargeError(`The allowed maximum operations in a JSON patch is ${MAXIMUM_OPERATIONS}, got ${value.length}`);
    }
  } else if (!isObject(value)) {
    const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    throw badRequestError(`error decoding patch: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
  }
  return { type, value, duplicates: duplicates.map((text) => (type === JSON_PATCH ? `json patch ${text}` : text)) };
}

/** The resourceVersion that a patch insists on; '' when it names none. */
export function versionNamedBy({ value }: Patch): string {
  if (!isObject(value) || !isObject(value['metadata'])) return '';
  const version = value['metadata']['resourceVersion'];
  return typeof version === 'string' ? version : '';
}

function patched(kind: Kind, live: KubeObject, patch: Patch): unknown {
  const original: unknown = live;
  switch (patch.type) {
    case JSON_PATCH: {
      const result = applyJsonPatch(original, patch.value);
      if (result.ok) return result.value;
      throw new StatusError(
        { code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request', details: {} },
        { cause: result.error },
      );
    }
    case MERGE_PATCH: {
      const result = applyMergePatch(original, patch.value);
      if (result.ok) return result.value;
      throw badRequestError(result.error);
    }
    default:
      return strategicMerge(kind.struct, original as JsonObject, patch.value as JsonObject);
  }
}

/** The object that a patch makes of `live`, as a draft of the kind that is not defaulted yet. */
export function patchObject(scope: Scope, kind: Kind, live: KubeObject | undefined, patch: Patch, options: WriteOptions): ObjectDraft {
  const result = patch.type === APPLY_PATCH ? applied(scope, kind, live, patch, options) : patched(kind, live as KubeObject, patch);
  const canonical = canonicalize(kind.struct, result);
  const refuse = (message: string): never => {
    const shown = patch.type === STRATEGIC_PATCH ? patch.value : result;
    throw invalidError({ group: '', kind: '' }, '', [invalid('patch', encodeJson(shown), message)]);
  };
  if (!canonical.ok) return refuse(canonical.message);
  keepReset(result, canonical.object as ObjectDraft);
  const strict = [...patch.duplicates, ...canonical.unknown];
  if (strict.length > 0 && options.fieldValidation === 'Warn') for (const text of strict) scope.request.warn(text);
  if (strict.length > 0 && options.fieldValidation === 'Strict') refuse(`strict decoding error: ${strict.join(', ')}`);
  return Object.assign(canonical.object as ObjectDraft, { kind: kind.kind, apiVersion: kind.apiVersion });
}

function applied(
  { parts, request, served }: Scope,
  kind: Kind,
  live: KubeObject | undefined,
  patch: Patch,
  options: WriteOptions,
): unknown {
  const { manager, force = false } = options;
  const { subresource } = request.info;
  return parts.apply?.({ served, kind, live, patch: patch.value as JsonObject, manager, force, subresource, nowMs: parts.clock.now() });
}
