// What ours makes of an object, in the shapes that upstream answers in.

import { canonicalize } from '../../src/machinery/canonical.ts';
import { sealEnvelope } from '../../src/machinery/codec/envelope.ts';
import { encodeProtobuf } from '../../src/machinery/codec/protobuf.ts';
import { applyDefaults } from '../../src/machinery/defaulting.ts';
import type { KubeObject } from '../../src/machinery/kind.ts';
import type { Draft } from '../../src/machinery/schema.ts';
import { tableOf } from '../../src/machinery/table.ts';
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

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/**
 * Upstream's conversion notes in every DaemonSet which generation its template is of, 0 where nobody counted yet. Ours are counted
 * as they are created, so none is ever served with 0: there it counts as absent. The strategies' comparison holds the real numbers.
 */
export function withoutUncountedGeneration(answer: unknown): unknown {
  const object = answer as KubeObject | undefined;
  const { [TEMPLATE_GENERATION]: generation, ...annotations } = object?.metadata.annotations ?? {};
  if (object?.kind !== 'DaemonSet' || generation !== '0') return answer;
  const { annotations: _replaced, ...metadata } = object.metadata;
  return { ...object, metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations } };
}

/** Columns and cells, as upstream's printers give them. */
export function tableRows(object: unknown, nowMs: number): object {
  const table = tableOf(kindOf(object), [defaulted(object)], { nowMs });
  return {
    columns: table.columnDefinitions.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
    rows: table.rows.map(({ cells }) => ({ cells })),
  };
}
