// Reads the body of a request: bytes of any accepted media type, or an object that came from within the process.

import { canonicalize } from '../machinery/canonical.ts';
import { isEnvelope, openEnvelope } from '../machinery/codec/envelope.ts';
import { fieldOrder } from '../machinery/codec/json-reparse.ts';
import { decodeJson } from '../machinery/codec/json.ts';
import { decodeProtobuf } from '../machinery/codec/protobuf.ts';
import { decodeYaml } from '../machinery/codec/yaml.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import type { Draft, StructNode } from '../machinery/schema.ts';
import { badRequestError, unsupportedMediaTypeError } from '../machinery/status-error.ts';
import type { RequestBody } from './api-request.ts';

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
const ACCEPTED = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];

/** What upstream does with fields that a kind does not have. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface DecodedBody {
  readonly object: Draft<KubeObject>;
  /** What strict decoding refuses: unknown and duplicate fields. */
  readonly strict: readonly string[];
}

interface Parsed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/** The media type of a content type, without its parameters. */
export const mediaTypeOf = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

/** The start of a body, as messages show it. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const start = bytes.subarray(0, 30);
  const text =
    bytes[0] === 0x7b ? new TextDecoder().decode(start) : Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > 30 ? `${text} ...` : text;
}

const unrecognized = (kind: string, message: string, bytes: Uint8Array): Error =>
  badRequestError(`the object provided is unrecognized (must be of type ${kind}): ${message} (${summary(bytes)})`);

function parse(body: RequestBody, kind: string, struct: StructNode): Parsed {
  if (body.kind === 'object') return { ...typeOf(body.object), value: body.object, duplicates: [] };
  const { bytes } = body;
  const mediaType = mediaTypeOf(body.contentType);
  if (mediaType === PROTOBUF_TYPE || isEnvelope(bytes)) return parseProtobuf(bytes, kind, struct);
  if (mediaType !== '' && mediaType !== JSON_TYPE && mediaType !== YAML_TYPE) throw unsupportedMediaTypeError(ACCEPTED);
  const decoded = mediaType === YAML_TYPE ? decodeYaml(bytes) : decodeJson(bytes);
  if (!decoded.ok) throw unrecognized(kind, `couldn't get version/kind; json parse error: ${decoded.message}`, bytes);
  if (typeof decoded.value !== 'object' || decoded.value === null || Array.isArray(decoded.value)) {
    const found = Array.isArray(decoded.value) ? 'array' : decoded.value === null ? 'null' : typeof decoded.value;
    throw unrecognized(
      kind,
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct`,
      bytes,
    );
  }
  return { ...typeOf(decoded.value), value: decoded.value, duplicates: decoded.duplicates };
}

function parseProtobuf(bytes: Uint8Array, kind: string, struct: StructNode): Parsed {
  const envelope = openEnvelope(bytes);
  if (envelope === undefined)
    throw unrecognized(kind, 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]', bytes);
  try {
    const value = decodeProtobuf(struct, envelope.raw);
    return { apiVersion: envelope.apiVersion, kind: envelope.kind, value, duplicates: [] };
  } catch (error) {
    throw badRequestError(
      `the object provided is unrecognized (must be of type ${kind}): ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

function typeOf(value: unknown): { apiVersion: string; kind: string } {
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  return { apiVersion: typeof apiVersion === 'string' ? apiVersion : '', kind: typeof kind === 'string' ? kind : '' };
}

/** The body as a canonical object of `kind`; a body that names neither kind nor version is taken for one. */
export function decodeObject(body: RequestBody | undefined, kind: Kind): DecodedBody {
  const given = body ?? { kind: 'bytes', contentType: JSON_TYPE, bytes: new Uint8Array() };
  const parsed = parse(given, kind.kind, kind.struct);
  const found = parsed.kind === '' ? kind.kind : parsed.kind;
  const apiVersion = parsed.apiVersion === '' ? kind.apiVersion : parsed.apiVersion;
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  const cannot = (why: string): Error =>
    badRequestError(`${found} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: ${why}`);
  if (apiVersion !== kind.apiVersion) {
    throw badRequestError(`the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`);
  }
  if (found !== kind.kind) throw cannot(`converting (${version}.${found}) to (${kind.kind}): unknown conversion`);
  const result = canonicalize(kind.struct, parsed.value);
  if (!result.ok) throw cannot(result.message);
  keepReset(parsed.value, result.object as Draft<KubeObject>);
  const object: Draft<KubeObject> = Object.assign(result.object as Draft<KubeObject>, { kind: kind.kind, apiVersion: kind.apiVersion });
  return { object: ordered(object), strict: inTextOrder(given, [...parsed.duplicates, ...result.unknown], parsed.duplicates.length) };
}

/** What strict decoding found, in the order of the body's text; only a body with both kinds of fault needs another look at it. */
function inTextOrder(body: RequestBody, found: readonly string[], duplicates: number): readonly string[] {
  if (body.kind !== 'bytes' || mediaTypeOf(body.contentType) === YAML_TYPE || duplicates === 0 || duplicates === found.length) return found;
  const order = fieldOrder(new TextDecoder().decode(body.bytes));
  const place = (text: string): number => order.get(text.slice(text.indexOf('"') + 1, -1)) ?? Infinity;
  return found.toSorted((a, b) => place(a) - place(b));
}

/**
 * An empty list of managed fields means that nobody owns anything any more, while no list leaves owners alone. Canonical objects have no
 * empty lists, so it becomes the other spelling of the same wish: one empty entry.
 */
export function keepReset(sent: unknown, { metadata }: Draft<KubeObject>): void {
  const { managedFields } = (sent as { metadata?: { managedFields?: unknown } | null }).metadata ?? {};
  if (Array.isArray(managedFields) && managedFields.length === 0) metadata.managedFields = [{}];
}

/** Puts kind and apiVersion first, where a body may have left them out. */
function ordered(object: Draft<KubeObject>): Draft<KubeObject> {
  const { kind, apiVersion, ...rest } = object;
  return { kind, apiVersion, ...rest };
}

/** The body as options of a request (DeleteOptions); its kind and version are not looked at. */
export function decodeOptions<T>(body: RequestBody, name: string, struct: StructNode<T>): Draft<T> {
  const { value } = parse(body, name, struct as StructNode);
  const result = canonicalize(struct, value);
  if (!result.ok) throw badRequestError(`${name} in version "v1" cannot be handled as a ${name}: ${result.message}`);
  return result.object;
}

/** A patch as parsed JSON (or YAML, for apply) with its text for messages. */
export function decodePatch(body: RequestBody | undefined): { value: unknown; duplicates: readonly string[] } {
  if (body === undefined) throw badRequestError('error decoding patch: unexpected end of JSON input');
  if (body.kind === 'object') return { value: body.object, duplicates: [] };
  const yaml = mediaTypeOf(body.contentType).endsWith('+yaml');
  const decoded = yaml ? decodeYaml(body.bytes) : decodeJson(body.bytes);
  if (!decoded.ok) throw badRequestError(yaml ? `error decoding YAML: ${decoded.message}` : `error decoding patch: ${decoded.message}`);
  return { value: decoded.value, duplicates: decoded.duplicates };
}

/** Refuses, warns of or ignores what strict decoding found. */
export function enforceStrict(kind: Kind, strict: readonly string[], validation: FieldValidation, warn: (text: string) => void): void {
  if (strict.length === 0 || validation === 'Ignore') return;
  if (validation === 'Warn') {
    for (const text of strict) warn(text);
    return;
  }
  const message = `strict decoding error: ${strict.join(', ')}`;
  throw badRequestError(`${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${message}`);
}
