// Why a value is not of its schema's type, and which of its fields are unknown, in Go's words.
//
// This is the slow twin of `canonical.ts`: it walks in the order of the input, because the first wrong value is the one reported.
// A scalar that Go decodes by a method of its own (quantity, time) ends decoding at once and so beats any earlier wrong type.

import {
  booleanOf,
  bytesOf,
  doubleOf,
  durationOf,
  int32Of,
  int64Of,
  intOrStringOf,
  microTimeOf,
  quantityOf,
  Refused,
  stringOf,
  timeOf,
} from './canonical-scalars.ts';
import { durationProblem } from './duration.ts';
import { FORMAT_WRONG } from './quantity/parse.ts';
import { quantityProblem } from './quantity.ts';
import { quote } from './quote.ts';
import { resolveStruct } from './schema.ts';
import type { Field, ScalarType, SchemaNode, StructNode } from './schema.ts';
import { timeProblem } from './timestamp.ts';

export interface Explanation {
  readonly message: string | undefined;
  readonly unknown: readonly string[];
}

const MAXIMUM_UNKNOWN = 100;

/** Walks all of `value`; `message` is undefined when its types are right. */
export function explain(struct: StructNode, value: unknown): Explanation {
  const walk = new Walk();
  try {
    walk.visit(struct, value, { owner: '', fields: [], strict: '' });
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    walk.message = error.message;
  }
  return { message: walk.message, unknown: [...walk.unknown] };
}

/** Where the walk is: Go's name of the innermost struct, the field names down to here, and the path that strict decoding prints. */
interface Place {
  readonly owner: string;
  readonly fields: readonly string[];
  readonly strict: string;
}

class Abort extends Error {
  override readonly name = 'Abort';
}

class Walk {
  message: string | undefined;
  readonly unknown = new Set<string>();

  visit(node: SchemaNode, value: unknown, place: Place): void {
    if (value === null || value === undefined) return;
    switch (node.type) {
      case 'struct':
      case 'lazy':
        if (isRecord(value)) this.#struct(resolveStruct(node), value, place);
        else this.#mismatch(node, value, place);
        return;
      case 'list':
        if (Array.isArray(value))
          value.forEach((each, index) => this.visit(node.element.node, each, { ...place, strict: `${place.strict}[${index}]` }));
        else this.#mismatch(node, value, place);
        return;
      case 'map':
        if (isRecord(value))
          for (const [key, each] of Object.entries(value)) this.visit(node.value.node, each, { ...place, strict: join(place.strict, key) });
        else this.#mismatch(node, value, place);
        return;
      default:
        this.#scalar(node.type, value, place);
    }
  }

  #struct(struct: StructNode, value: Readonly<Record<string, unknown>>, place: Place): void {
    const members = membersOf(struct);
    for (const [name, each] of Object.entries(value)) {
      const strict = join(place.strict, name);
      const member = members.get(name);
      if (member !== undefined) {
        this.visit(member.field.node, each, { owner: goName(struct.name), fields: [...place.fields, ...member.via, name], strict });
      } else if (each !== undefined && this.unknown.size < MAXIMUM_UNKNOWN) {
        this.unknown.add(`unknown field ${quote(strict)}`);
      }
    }
  }

  #scalar(type: ScalarType, value: unknown, place: Place): void {
    try {
      CHECKS[type](value);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const own = OWN_WORDS[type]?.(value);
      if (own !== undefined) throw new Abort(own);
      const readAs = READ_AS[type];
      if (readAs !== undefined) throw new Abort(mismatch({ type: readAs }, value, place));
      if (type === 'bytes' && typeof value === 'string') this.message ??= `illegal base64 data at input byte ${badBase64Offset(value)}`;
      else this.#mismatch({ type }, value, place);
    }
  }

  #mismatch(node: SchemaNode, value: unknown, place: Place): void {
    this.message ??= mismatch(node, value, place);
  }
}

function mismatch(node: SchemaNode, value: unknown, { owner, fields }: Place): string {
  const into = owner === '' ? `Go value of type ${goType(node)}` : `Go struct field ${owner}.${fields.join('.')} of type ${goType(node)}`;
  return `json: cannot unmarshal ${goValue(value, node)} into ${into}`;
}

interface Member {
  readonly field: Field<unknown>;
  /** Go's names of the embedded structs on the way. */
  readonly via: readonly string[];
}

function membersOf(struct: StructNode, via: readonly string[] = [], members = new Map<string, Member>()): Map<string, Member> {
  for (const [name, each] of Object.entries(struct.fields)) {
    if (each.inline === true) {
      const inner = resolveStruct(each.node as StructNode);
      membersOf(inner, [...via, goName(inner.name)], members);
    } else if (!members.has(name)) {
      // Every kind embeds its type's name and version.
      const isTypeMeta = via.length === 0 && (name === 'kind' || name === 'apiVersion') && each.pb === undefined;
      members.set(name, { field: each, via: isTypeMeta ? ['TypeMeta'] : via });
    }
  }
  return members;
}

const CHECKS: Readonly<Record<ScalarType, (value: unknown) => unknown>> = {
  string: stringOf,
  boolean: booleanOf,
  int32: int32Of,
  int64: int64Of,
  double: doubleOf,
  bytes: bytesOf,
  quantity: quantityOf,
  time: timeOf,
  microTime: microTimeOf,
  duration: durationOf,
  intOrString: intOrStringOf,
  rawExtension: (value) => value,
  fieldsV1: (value) => value,
  json: (value) => value,
};

/** What Go reads first where it decodes by a method of its own; a value of another type ends decoding. */
const READ_AS: Readonly<Partial<Record<ScalarType, ScalarType>>> = {
  time: 'string',
  microTime: 'string',
  duration: 'string',
  intOrString: 'int32',
};

/** The words of those methods; they name no field. */
const OWN_WORDS: Readonly<Partial<Record<ScalarType, (value: unknown) => string | undefined>>> = {
  quantity: (value) => (typeof value === 'object' || typeof value === 'boolean' ? FORMAT_WRONG : quantityProblem(String(value))),
  time: (value) => (typeof value === 'string' ? timeProblem(value, 'seconds') : undefined),
  microTime: (value) => (typeof value === 'string' ? timeProblem(value, 'micro') : undefined),
  duration: (value) => (typeof value === 'string' ? durationProblem(value) : undefined),
};

const SCALAR_TYPES: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  duration: 'v1.Duration',
  intOrString: 'intstr.IntOrString',
  rawExtension: 'runtime.RawExtension',
  fieldsV1: 'v1.FieldsV1',
  json: 'v1.JSON',
};

function goType(node: SchemaNode): string {
  switch (node.type) {
    case 'struct':
    case 'lazy': {
      const parts = resolveStruct(node).name.split('.');
      return parts.slice(-2).join('.');
    }
    case 'list':
      return `[]${goType(node.element.node)}`;
    case 'map':
      return node.value.node.type === 'quantity' ? 'v1.ResourceList' : `map[string]${goType(node.value.node)}`;
    default:
      return SCALAR_TYPES[node.type];
  }
}

/** What Go calls a JSON value; a number that does not fit a number type is shown. */
function goValue(value: unknown, node?: SchemaNode): string {
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return node !== undefined && ['int32', 'int64', 'double'].includes(node.type) ? `number ${value}` : 'number';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      return 'object';
  }
}

function badBase64Offset(text: string): number {
  const bad = /[^A-Za-z0-9+/\r\n]/.exec(text);
  return bad === null ? text.length - (text.length % 4) : bad.index;
}

const goName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
