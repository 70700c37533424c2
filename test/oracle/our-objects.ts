// What ours makes of an object, in the shapes that upstream answers in.

import { canonicalize } from '../../src/machinery/canonical.ts';
import { sealEnvelope } from '../../src/machinery/codec/envelope.ts';
import { encodeProtobuf } from '../../src/machinery/codec/protobuf.ts';
import { applyDefaults } from '../../src/machinery/defaulting.ts';
import type { KubeObject } from '../../src/machinery/kind.ts';
import { problemBody } from '../../src/machinery/problem.ts';
import type { Draft } from '../../src/machinery/schema.ts';
import { tableOf } from '../../src/machinery/table.ts';
import { validate } from '../../src/machinery/validation.ts';
import { kindOf } from './kinds.ts';

/**
 * A list that is always written is `null` for upstream where nobody set it; ours is canonical and has no nulls. So nulls and
 * empty lists count as absent, on both sides.
 */
export function withoutNothings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothings);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null && !(Array.isArray(member) && member.length === 0));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNothings(member)]));
}

export function canonical(object: unknown): Draft<KubeObject> {
  const { struct, apiVersion, kind } = kindOf(object);
  const result = canonicalize(struct, object);
  if (!result.ok) throw new Error(result.message);
  return Object.assign(result.object, { kind, apiVersion });
}

/** The protobuf bytes with their envelope, in base64. */
export function encode(object: unknown): string {
  const { struct, apiVersion, kind } = kindOf(object);
  return Buffer.from(sealEnvelope({ apiVersion, kind, raw: encodeProtobuf(struct, canonical(object)) })).toString('base64');
}

/** The canonical object with its defaults. */
export function defaulted(object: unknown): Draft<KubeObject> {
  const draft = canonical(object);
  applyDefaults(kindOf(object), draft);
  return draft;
}

/** A namespaced object is in some namespace, and upstream's answers say which. */
function placed(object: unknown): Draft<KubeObject> {
  const draft = defaulted(object);
  const { scope } = kindOf(object);
  if (scope === 'Namespaced') draft.metadata.namespace ??= 'default';
  if (draft.metadata.generateName !== undefined) draft.metadata.name ??= `${draft.metadata.generateName.slice(0, 58)}xxxxx`;
  return draft;
}

/** The problems of a create, or of an update over `old`, as causes. */
export function problemsOf(object: unknown, old?: unknown): { type: string; field: string; message: string }[] {
  const next = placed(object);
  const stored = old === undefined ? undefined : placed(old);
  if (stored !== undefined) {
    // What the request pipeline settles before it validates.
    next.metadata.resourceVersion = stored.metadata.resourceVersion ??= '1';
    next.metadata.uid ??= stored.metadata.uid;
    if (stored.metadata.creationTimestamp !== undefined) next.metadata.creationTimestamp = stored.metadata.creationTimestamp;
    if (stored.metadata.deletionTimestamp !== undefined) next.metadata.deletionTimestamp = stored.metadata.deletionTimestamp;
  } else {
    next.metadata.uid = '00000000-0000-4000-8000-000000000001';
  }
  const operation = stored === undefined ? 'create' : 'update';
  const problems = validate(kindOf(object), next, stored, { operation, subresource: '', namespace: next.metadata.namespace ?? '' });
  return problems.map((problem) => ({ type: problem.type, field: problem.path, message: problemBody(problem) }));
}

/** Columns and cells, as upstream's printers give them. */
export function tableRows(object: unknown, nowMs: number): object {
  const table = tableOf(kindOf(object), [defaulted(object)], { nowMs });
  return {
    columns: table.columnDefinitions.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
    rows: table.rows.map(({ cells }) => ({ cells })),
  };
}
