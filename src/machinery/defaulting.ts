// Defaulting: fills in what a client left out, by the schema.
//
// D1. Parents come before children: a kind's own defaults, then each struct's, then those of its fields.
// D2. An absent pointer struct stays absent unless a default makes it; an `always` one is always there.
// D3. Subtrees without any default are never entered.

import { canonicalize, zeroOf } from './canonical.ts';
import { draftOf } from './draft.ts';
import type { Kind, KubeObject } from './kind.ts';
import { resolveStruct } from './schema.ts';
import type { Draft, Field, SchemaNode, StructNode } from './schema.ts';
import { reorder } from './tidy.ts';

/** Applies all defaults of a kind to a canonical draft. Fields that were absent join their object where they belong. */
export function applyDefaults<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>): void {
  fillDefaults(kind, draft);
  reorder(kind.struct, draft);
}

/** Applies all defaults of a kind to a draft that is made canonical afterwards: fields that were absent stand last until then. */
export function fillDefaults<T extends KubeObject>(kind: Kind<T>, draft: Draft<T>): void {
  kind.defaults?.(draft);
  applyStructDefaults(kind.struct, draft);
}

/** Applies the defaults of a struct and of all that is in it; the order of fields is left to the caller. */
export function applyStructDefaults<T>(struct: StructNode<T>, draft: Draft<T>): void {
  planOf(struct)?.(draft as Values);
}

type Values = Record<string, unknown>;
type Plan = (values: Values) => void;

/** undefined: nothing below has a default. Absent from the map: not looked at yet. */
const plans = new WeakMap<StructNode, { readonly plan: Plan | undefined }>();

function planOf(struct: StructNode): Plan | undefined {
  const known = plans.get(struct);
  if (known !== undefined) return known.plan;
  const plan = hasDefaults(struct, new Set()) ? makePlan(struct) : undefined;
  plans.set(struct, { plan });
  return plan;
}

function hasDefaults(struct: StructNode, visited: Set<StructNode>): boolean {
  if (visited.has(struct)) return false;
  visited.add(struct);
  return struct.options.defaults !== undefined || Object.values(struct.fields).some((each) => fieldHasDefaults(each, visited));
}

function fieldHasDefaults(each: Field<unknown>, visited: Set<StructNode>): boolean {
  return each.default !== undefined || each.defaults !== undefined || nodeHasDefaults(each.node, visited);
}

function nodeHasDefaults(node: SchemaNode, visited: Set<StructNode>): boolean {
  switch (node.type) {
    case 'struct':
    case 'lazy':
      return hasDefaults(resolveStruct(node), visited);
    case 'list':
      return fieldHasDefaults(node.element, visited);
    case 'map':
      return fieldHasDefaults(node.value, visited);
    default:
      return false;
  }
}

function makePlan(struct: StructNode): Plan {
  const own = struct.options.defaults;
  const steps = Object.entries(struct.fields).flatMap(([name, each]) => {
    const step = fieldPlan(name, each);
    return step === undefined ? [] : [step];
  });
  return (values) => {
    own?.(values as never);
    for (const step of steps) step(values);
  };
}

function fieldPlan(name: string, each: Field<unknown>): Plan | undefined {
  if (!fieldHasDefaults(each, new Set())) return undefined;
  const { node, presence } = each;
  // An embedded struct's fields lie among its parent's.
  if (each.inline === true) return late(() => planOf(resolveStruct(node as StructNode)));
  const zero = presence === 'pointer' ? undefined : zeroTest(node);
  const below = valuePlan(node);
  // A published zero is only documentation where zero means absent.
  const published = presence === 'value' && zeroTest(node)(each.default) ? undefined : each.default;
  return (values) => {
    let value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (published !== undefined && (value === undefined || zero?.(value) === true)) {
      value = canonicalDefault(node, published);
      values[name] = value;
    }
    if (value === undefined) return;
    each.defaults?.(value as never);
    below(value);
  };
}

function late(find: () => Plan | undefined): Plan {
  return (values) => find()?.(values);
}

const zeroTest =
  (node: SchemaNode) =>
  (value: unknown): boolean => {
    switch (node.type) {
      case 'struct':
      case 'lazy':
        return false;
      case 'list':
      case 'map':
        return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
      default:
        return value === '' || value === 0 || value === false;
    }
  };

/** A fresh copy, with always fields where the default is a struct (`{}`). */
function canonicalDefault(node: SchemaNode, value: unknown): unknown {
  if (node.type !== 'struct' && node.type !== 'lazy') return draftOf(value);
  const struct = resolveStruct(node);
  const result = canonicalize(struct, value);
  return result.ok ? result.object : zeroOf(struct);
}

function valuePlan(node: SchemaNode): (value: unknown) => void {
  switch (node.type) {
    case 'struct':
    case 'lazy':
      return (value) => planOf(resolveStruct(node))?.(value as Values);
    case 'list':
      return elementsPlan(node.element, (value) => value as readonly unknown[]);
    case 'map':
      return elementsPlan(node.value, (value) => Object.values(value as Values));
    default:
      return () => undefined;
  }
}

function elementsPlan(element: Field<unknown>, elements: (value: unknown) => readonly unknown[]): (value: unknown) => void {
  if (!fieldHasDefaults(element, new Set())) return () => undefined;
  const below = valuePlan(element.node);
  return (value) => {
    for (const each of elements(value)) {
      element.defaults?.(each as never);
      below(each);
    }
  };
}
