// Validation by the schema: finds what is wrong with an object, knowing the stored one.
//
// V1. A parent's check comes before its children's, children in schema order.
// V2. The old value of a list item is found by the list's keys, or by its index where it has none.
// V3. Subtrees without any check are never entered.

import { semanticEqual } from './equality.ts';
import { FieldPath } from './field-path.ts';
import type { Kind, KubeObject } from './kind.ts';
import { objectMeta } from './object-meta.ts';
import { validateObjectMeta } from './object-meta-validation.ts';
import { invalid, notSupported, required } from './problem.ts';
import type { Problem } from './problem.ts';
import { lookup, resolveStruct } from './schema.ts';
import type { CheckContext, Field, SchemaNode, StructNode } from './schema.ts';

/** Everything wrong with an object of a stored kind: its metadata, the kind's own checks, its fields. */
export function validate<T extends KubeObject>(kind: Kind<T>, next: T, old: T | undefined, context: CheckContext): readonly Problem[] {
  const at = FieldPath.root.child('metadata');
  const carriesMetadata = kind.struct.fields['metadata']?.node === objectMeta;
  const meta = carriesMetadata ? validateObjectMeta(kind, next.metadata, old?.metadata, at) : [];
  const rest = validateFields(kind, next, old, context);
  if (kind.metadataRules === 'afterwards' && old === undefined) return rest.length > 0 ? rest : meta;
  return [...meta, ...rest];
}

/** As `validate`, but for metadata: for kinds that are requests and have no name. */
export function validateFields<T extends KubeObject>(
  kind: Kind<T>,
  next: T,
  old: T | undefined,
  context: CheckContext,
): readonly Problem[] {
  const own = kind.check?.(next, old, FieldPath.root, context) ?? [];
  return [...own, ...validateStruct(kind.struct, next, old, FieldPath.root, context)];
}

/** Everything wrong with one struct's value and what is in it. */
export function validateStruct<T>(
  struct: StructNode<T>,
  next: T,
  old: T | undefined,
  at: FieldPath,
  context: CheckContext,
): readonly Problem[] {
  const plan = planOf(struct);
  if (plan === undefined) return [];
  const problems: Problem[] = [];
  plan(next, old, at, { problems, context });
  return problems;
}

interface Run {
  readonly problems: Problem[];
  readonly context: CheckContext;
}

type Plan = (next: unknown, old: unknown, at: FieldPath, run: Run) => void;
type Values = Readonly<Record<string, unknown>>;

const plans = new WeakMap<StructNode, { readonly plan: Plan | undefined }>();

function planOf(struct: StructNode): Plan | undefined {
  const known = plans.get(struct);
  if (known !== undefined) return known.plan;
  const plan = isChecked(struct, new Set()) ? structPlan(struct) : undefined;
  plans.set(struct, { plan });
  return plan;
}

function isChecked(node: SchemaNode, visited: Set<StructNode>): boolean {
  if (node.type === 'list') return fieldIsChecked(node.element, visited);
  if (node.type === 'map') return fieldIsChecked(node.value, visited);
  if (node.type !== 'struct' && node.type !== 'lazy') return false;
  const struct = resolveStruct(node);
  if (visited.has(struct)) return false;
  visited.add(struct);
  return struct.options.check !== undefined || Object.values(struct.fields).some((each) => fieldIsChecked(each, visited));
}

const fieldIsChecked = (each: Field<unknown>, visited: Set<StructNode>): boolean => hasOwnChecks(each) || isChecked(each.node, visited);

function hasOwnChecks(each: Field<unknown>): boolean {
  return (
    each.check !== undefined ||
    each.immutable === true ||
    each.minimum !== undefined ||
    each.maximum !== undefined ||
    each.required === true ||
    each.required === 'checked' ||
    (each.enum !== undefined && each.enumChecked !== false)
  );
}

function structPlan(struct: StructNode): Plan {
  const steps = Object.entries(struct.fields)
    .filter(([, each]) => fieldIsChecked(each, new Set()))
    .map(([name, each]) => memberPlan(name, each));
  const { check } = struct.options;
  return (next, old, at, run) => {
    if (check !== undefined) run.problems.push(...check(next as never, old as never, at, run.context));
    for (const step of steps) step(next, old, at, run);
  };
}

function memberPlan(name: string, each: Field<unknown>): Plan {
  const below = valuePlan(each);
  if (each.inline === true) return below;
  const own = hasOwnChecks(each) ? ownChecks(each) : undefined;
  return (next, old, at, run) => {
    const value = lookup(next as Values, name);
    const oldValue = lookup(old as Values | undefined, name);
    if (own === undefined && value === undefined) return;
    const here = at.child(name);
    own?.(value, oldValue, here, run, old !== undefined);
    if (value !== undefined) below(value, oldValue, here, run);
  };
}

/** The checks that a field states by itself. Texts are upstream's generic ones. */
function ownChecks(each: Field<unknown>): (value: unknown, old: unknown, at: FieldPath, run: Run, updating: boolean) => void {
  const isRequired = each.required === true || each.required === 'checked';
  const supported = each.enumChecked === false ? undefined : each.enum?.toSorted();
  return (value, old, at, run, updating) => {
    const { problems } = run;
    if (each.immutable === true && updating && !semanticEqual(value, old)) problems.push(invalid(at, value, 'field is immutable'));
    if (isZero(value)) {
      if (isRequired && !isNumeric(each.node)) problems.push(required(at));
      if (value === undefined) return;
    }
    if (supported !== undefined && typeof value === 'string' && value !== '' && !supported.includes(value)) {
      problems.push(notSupported(at, value, supported));
    }
    problems.push(...rangeProblems(each, value, at));
    if (each.check !== undefined) problems.push(...each.check(value, old, at, run.context));
  };
}

/** Zero is a legal number even where a number is required. */
const isNumeric = (node: SchemaNode): boolean =>
  node.type === 'int32' || node.type === 'int64' || node.type === 'double' || node.type === 'intOrString';

function isZero(value: unknown): boolean {
  return (
    value === undefined ||
    value === '' ||
    value === 0 ||
    value === false ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

function rangeProblems({ minimum, maximum }: Field<unknown>, value: unknown, at: FieldPath): readonly Problem[] {
  if (typeof value !== 'number' && typeof value !== 'bigint') return [];
  if (minimum !== undefined && value < minimum) return [invalid(at, value, `must be greater than or equal to ${minimum}`)];
  if (maximum !== undefined && value > maximum) return [invalid(at, value, `must be less than or equal to ${maximum}`)];
  return [];
}

const nothing: Plan = () => undefined;

function valuePlan(each: Field<unknown>): Plan {
  const { node } = each;
  switch (node.type) {
    case 'struct':
    case 'lazy':
      return (next, old, at, run) => planOf(resolveStruct(node))?.(next, old, at, run);
    case 'list':
      return listPlan(node.element, each.listMapKeys ?? (each.mergeKey === undefined ? undefined : [each.mergeKey]));
    case 'map':
      return mapPlan(node.value);
    default:
      return nothing;
  }
}

function listPlan(element: Field<unknown>, keys: readonly string[] | undefined): Plan {
  if (!fieldIsChecked(element, new Set())) return nothing;
  const own = hasOwnChecks(element) ? ownChecks(element) : undefined;
  const below = valuePlan(element);
  return (next, old, at, run) => {
    const oldOf = oldItems(old as readonly unknown[] | undefined, keys);
    (next as readonly unknown[]).forEach((value, index) => {
      const here = at.index(index);
      const oldValue = oldOf(value, index);
      own?.(value, oldValue, here, run, oldValue !== undefined);
      below(value, oldValue, here, run);
    });
  };
}

function oldItems(old: readonly unknown[] | undefined, keys: readonly string[] | undefined): (value: unknown, index: number) => unknown {
  if (old === undefined || old.length === 0) return () => undefined;
  if (keys === undefined) return (_value, index) => old[index];
  const keyOf = (value: unknown): string => JSON.stringify(keys.map((key) => lookup(value as Values, key) ?? null));
  const byKey = new Map(old.map((each) => [keyOf(each), each]));
  return (value) => byKey.get(keyOf(value));
}

function mapPlan(element: Field<unknown>): Plan {
  if (!fieldIsChecked(element, new Set())) return nothing;
  const own = hasOwnChecks(element) ? ownChecks(element) : undefined;
  const below = valuePlan(element);
  return (next, old, at, run) => {
    for (const [key, value] of Object.entries(next as Values)) {
      const here = at.key(key);
      const oldValue = lookup(old as Values | undefined, key);
      own?.(value, oldValue, here, run, oldValue !== undefined);
      below(value, oldValue, here, run);
    }
  };
}
