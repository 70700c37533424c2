// Whether a node is one that a Pod may or would like to run on, by labels and fields.

import { matchesLabels } from '../../../machinery/selectors/label-selector.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PreferredSchedulingTerm } from './affinity.ts';
import type { PodSpec } from './pod-spec.ts';

type Labels = Readonly<Record<string, string>>;

/** What selectors may look at of a node. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Labels | undefined;
}

/** Whether some term matches; terms are alternatives, and an empty term matches nothing. */
export function matchesNodeSelector(selector: NodeSelector, node: SelectableNode): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

/** Whether all requirements of a term hold. */
export function matchesNodeSelectorTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: SelectableNode): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => holds(requirement, lookup(node.labels, requirement.key))) &&
    matchFields.every((requirement) => holds(requirement, requirement.key === 'metadata.name' ? node.name : undefined))
  );
}

function holds({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt':
      return compares(operator, value, values);
    default:
      return false;
  }
}

const INTEGER = /^[+-]?[0-9]+$/;

function compares(operator: 'Gt' | 'Lt', value: string | undefined, values: readonly string[]): boolean {
  const [bound = ''] = values;
  if (value === undefined || values.length !== 1 || !INTEGER.test(value) || !INTEGER.test(bound)) return false;
  return operator === 'Gt' ? BigInt(signless(value)) > BigInt(signless(bound)) : BigInt(signless(value)) < BigInt(signless(bound));
}

const signless = (text: string): string => text.replace(/^\+/, '');

/** Whether the node has what the Pod's nodeSelector and required node affinity ask for. */
export function matchesRequiredNodeAffinity(spec: Pick<PodSpec, 'nodeSelector' | 'affinity'>, node: SelectableNode): boolean {
  if (spec.nodeSelector !== undefined && !matchesLabels({ matchLabels: spec.nodeSelector }, node.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}

/** The sum of the weights of the preferences that the node fulfils; a preference without requirements counts for nothing. */
export function preferredNodeAffinityWeight(terms: readonly PreferredSchedulingTerm[] | undefined, node: SelectableNode): number {
  return (terms ?? []).filter(({ preference }) => matchesNodeSelectorTerm(preference, node)).reduce((sum, { weight }) => sum + weight, 0);
}
