// The YAML codec: what Kubernetes' own YAML layer accepts, turned into JSON values.
//
// Y1. Plain scalars follow YAML 1.1 as Go's decoder does: `yes` and `on` are true, `0755` is octal; dates stay strings.
// Y2. Aliases are refused and nesting is limited, so a small text never becomes a large value.
// Y3. Keys of any scalar type become strings.

import { defineMappingTag, defineScalarTag, dump, load, loadAll, NOT_RESOLVED, Schema, seqTag, strTag, YAMLException } from 'js-yaml';

import type { Decoded } from './json.ts';
import { setOwn } from '../string-map.ts';

/** Text that is no YAML, or YAML with aliases. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);

const nullTag = defineScalarTag<null>('tag:yaml.org,2002:null', {
  implicit: true,
  resolve: (source) => (NULL.has(source) ? null : NOT_RESOLVED),
  identify: (data) => data === null,
  represent: () => 'null',
});

const booleanTag = defineScalarTag<boolean>('tag:yaml.org,2002:bool', {
  implicit: true,
  resolve: (source) => (TRUE.has(source) ? true : FALSE.has(source) ? false : NOT_RESOLVED),
  identify: (data) => typeof data === 'boolean',
  represent: (data) => String(data),
});

const integerTag = defineScalarTag<number | bigint>('tag:yaml.org,2002:int', {
  implicit: true,
  resolve: (source) => integerOf(source) ?? NOT_RESOLVED,
  identify: (data) => typeof data === 'bigint' || Number.isInteger(data),
  represent: (data) => String(data),
});

const floatTag = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  resolve: (source) => (/^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$|^[-+]?[0-9]+\.$/.test(source) ? Number(source) : NOT_RESOLVED),
  identify: (data) => typeof data === 'number',
  represent: (data) => String(data),
});

const mapTag = defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
  create: () => ({}),
  addPair: (carrier, key, value) => {
    if (typeof key === 'object' && key !== null) return 'a key must be a scalar';
    setOwn(carrier, String(key), value);
    return '';
  },
  has: (carrier, key) => Object.hasOwn(carrier, String(key)),
  keys: (result) => Object.keys(result),
  get: (result, key) => (Object.hasOwn(result, String(key)) ? result[String(key)] : undefined),
  identify: (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
  represent: (data: Record<string, unknown>) => new Map(Object.entries(data)),
});

const schema = new Schema([strTag, nullTag, booleanTag, integerTag, floatTag, seqTag, mapTag]);

/** Go reads `0x1f`, `0b1`, `0o17` and `017`, with underscores anywhere. */
function integerOf(source: string): number | bigint | undefined {
  const text = source.includes('_') ? source.replaceAll('_', '') : source;
  const match = /^([-+]?)(?:(0|[1-9][0-9]*)|(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)|0([0-7]+))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, decimal, prefixed, octal] = match;
  const size = BigInt(decimal ?? prefixed?.toLowerCase() ?? `0o${octal ?? '0'}`);
  const value = sign === '-' ? -size : size;
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

const OPTIONS = { schema, maxAliases: 0, maxDepth: 1000 } as const;

/** Reads one document. Duplicate keys are reported, and the last of them wins. */
export function decodeYaml(input: Uint8Array | string): Decoded {
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
  try {
    return { ok: true, value: load(text, OPTIONS), duplicates: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (!error.message.includes('duplicated mapping key')) return { ok: false, message: messageOf(error) };
    return withDuplicates(text, error);
  }
}

function withDuplicates(text: string, first: YAMLException): Decoded {
  try {
    return { ok: true, value: load(text, { ...OPTIONS, json: true }), duplicates: [`line ${lineOf(first)}: key already set in map`] };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

/** Reads all documents of a file; empty ones are left out. Throws YamlError. */
export function decodeYamlDocuments(text: string): readonly unknown[] {
  try {
    return loadAll(text, { ...OPTIONS, json: true }).filter((each) => each !== null && each !== undefined);
  } catch (error) {
    throw new YamlError(messageOf(error), { cause: error });
  }
}

/** Writes a value as YAML, keys in the order they have. */
export function encodeYaml(value: unknown): string {
  return dump(value, { schema, noRefs: true, lineWidth: -1, seqNoIndent: true, seqInlineFirst: true });
}

function messageOf(error: unknown): string {
  if (!(error instanceof YAMLException)) return `error converting YAML to JSON: yaml: ${String(error)}`;
  return `error converting YAML to JSON: yaml: line ${lineOf(error)}: ${error.reason}`;
}

const lineOf = (error: YAMLException): number => (error.mark === undefined ? 1 : error.mark.line + 1);
