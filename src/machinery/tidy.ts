// Puts drafts back into canonical form after code has changed them in place: fields in schema order, no zeros where zero means absent.

import { resolveStruct } from './schema.ts';
import type { Draft, Field, SchemaNode, StructNode } from './schema.ts';

/** Restores the canonical form of every struct in `draft`, in place; what is in form already is left alone. */
export function reorder<T>(struct: StructNode<T>, draft: Draft<T>): void {
  tidyStruct(struct, draft as Values);
}

type Values = Record<string, unknown>;

interface Member {
  readonly ordinal: number;
  /** Only nodes that hold structs are entered. */
  readonly node: SchemaNode | undefined;
  readonly zeroIsAbsent: boolean;
}

const known = new WeakMap<StructNode, ReadonlyMap<string, Member>>();

function membersOf(struct: StructNode): ReadonlyMap<string, Member> {
  let members = known.get(struct);
  if (members === undefined) {
    members = collect(struct, new Map());
    known.set(struct, members);
  }
  return members;
}

function collect(struct: StructNode, into: Map<string, Member>): Map<string, Member> {
  for (const [name, each] of Object.entries(struct.fields)) {
    if (each.inline === true) collect(resolveStruct(each.node as StructNode), into);
    else if (!into.has(name))
      into.set(name, { ordinal: into.size, node: holdsStructs(each.node) ? each.node : undefined, zeroIsAbsent: zeroIsAbsent(each) });
  }
  return into;
}

function holdsStructs(node: SchemaNode): boolean {
  if (node.type === 'list') return holdsStructs(node.element.node);
  if (node.type === 'map') return holdsStructs(node.value.node);
  return node.type === 'struct' || node.type === 'lazy';
}

/** Structs and JSON of unknown shape are kept even when empty, and an int-or-string is never absent. */
const KEPT: ReadonlySet<SchemaNode['type']> = new Set(['struct', 'lazy', 'intOrString', 'rawExtension', 'fieldsV1', 'json']);

const zeroIsAbsent = ({ node, presence }: Field<unknown>): boolean => presence === 'value' && !KEPT.has(node.type);

function isZero(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return false;
  return true;
}

function tidyStruct(struct: StructNode, values: Values): void {
  const members = membersOf(struct);
  let last = -1;
  let sorted = true;
  for (const name in values) {
    const member = members.get(name);
    const value = values[name];
    if (value === undefined || (member?.zeroIsAbsent === true && isZero(value))) {
      delete values[name];
      continue;
    }
    if (member === undefined) continue;
    if (member.ordinal < last) sorted = false;
    last = member.ordinal;
    if (member.node !== undefined) tidyNode(member.node, value);
  }
  if (sorted) return;
  const ordinal = (name: string): number => members.get(name)?.ordinal ?? members.size;
  const ordered = Object.entries(values).toSorted(([a], [b]) => ordinal(a) - ordinal(b));
  for (const [name] of ordered) delete values[name];
  for (const [name, value] of ordered) values[name] = value;
}

function tidyNode(node: SchemaNode, value: unknown): void {
  switch (node.type) {
    case 'struct':
    case 'lazy':
      tidyStruct(resolveStruct(node), value as Values);
      return;
    case 'list':
      for (const each of value as readonly unknown[]) tidyNode(node.element.node, each);
      return;
    case 'map':
      for (const each of Object.values(value as Values)) tidyNode(node.value.node, each);
      return;
    default:
  }
}
