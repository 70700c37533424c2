// How upstream's internal types would print a Pod's spec or template: every field, capitalized, absent ones as null or zero.
// Messages about forbidden changes show values, and differences of values, in this form.

import { INTERNAL_FIELDS } from './internal-pod-fields.ts';
import type { EphemeralContainer } from './container.ts';
import type { PodSpec, PodTemplateSpec } from './pod-spec.ts';

type Values = Readonly<Record<string, unknown>>;

const FIELD = /^(\w+?)(?:=(\w+))?(\$|#|\?|%|\*|\[\]|\{\}|\.)(\w*)$/;
const ZEROS: Readonly<Record<string, unknown>> = { $: '', '#': 0, '?': false, '%': '0', '*': null, '[]': null, '{}': null };

/** A spec in internal form. */
export function internalPodSpec(spec: PodSpec): unknown {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  // What concerns the host lies in the security context there.
  const securityContext = { ...spec.securityContext, hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
  return internalForm('PodSpec', { ...spec, securityContext });
}

/** A template in internal form; its metadata is embedded as it is. */
export const internalPodTemplate = ({ metadata, spec }: PodTemplateSpec): unknown => ({ ...metadata, Spec: internalPodSpec(spec) });

/** An ephemeral container in internal form. */
export const internalEphemeralContainer = (container: EphemeralContainer): unknown => internalForm('EphemeralContainer', container);

/** A value of one of the types that make up a Pod (`SecurityContext`, `NodeSelectorTerm`) in internal form. */
export function internalForm(type: string, value: object): Values {
  const own = new Map(Object.entries(value).map(([name, each]): [string, unknown] => [name.toLowerCase(), each]));
  const result: Record<string, unknown> = {};
  for (const text of (INTERNAL_FIELDS[type] ?? '').split(' ')) {
    if (text === '+ObjectMeta') Object.assign(result, own.get('metadata'));
    else if (text.startsWith('+')) Object.assign(result, internalForm(text.slice(1), value));
    else {
      const [, name = '', json = name, mark = '', inner = ''] = FIELD.exec(text) ?? [];
      result[name] = internalValue(own.get(json.toLowerCase()), mark, inner);
    }
  }
  return result;
}

function internalValue(value: unknown, mark: string, inner: string): unknown {
  if (mark === '.') return internalForm(inner, (value ?? {}) as Values);
  if (value === undefined || value === null) return ZEROS[mark];
  if (inner === '') return value;
  return Array.isArray(value) ? value.map((each: Values) => internalForm(inner, each)) : internalForm(inner, value as Values);
}
