// NodeAffinity: keeps Pods to the Nodes that their nodeSelector and node affinity ask for, and prefers those they would like.

import type { NodeSelectorTerm } from '../../../api/core/v1/affinity.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { matchesRequiredNodeAffinity, preferredNodeAffinityWeight } from '../../../api/core/v1/node-affinity-match.ts';
import type { SelectableNode } from '../../../api/core/v1/node-affinity-match.ts';
import { fits, rejects } from '../framework.ts';
import type { NodePlugin } from '../framework.ts';

const selectable = ({ metadata }: Node): SelectableNode => ({ name: metadata.name ?? '', labels: metadata.labels });

/** The Nodes that a term names; undefined when it names none in particular. */
function namedBy({ matchFields = [] }: NodeSelectorTerm): ReadonlySet<string> | undefined {
  let names: ReadonlySet<string> | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    const named = new Set(values);
    names = names === undefined ? named : names.intersection(named);
  }
  return names;
}

export const nodeAffinity: NodePlugin = {
  name: 'NodeAffinity',

  retryOn: [{ resource: 'nodes', events: ['add', 'update'] }],

  reads: ({ spec }) => [spec.nodeSelector, spec.affinity?.nodeAffinity],

  pins({ spec }) {
    const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    if (terms.length === 0) return undefined;
    const all = new Set<string>();
    for (const term of terms) {
      const names = namedBy(term);
      if (names === undefined) return undefined;
      for (const name of names) all.add(name);
    }
    return all;
  },

  filter({ spec }, { node }) {
    if (matchesRequiredNodeAffinity(spec, selectable(node))) return fits;
    return rejects("node(s) didn't match Pod's node affinity/selector", { preemptable: false });
  },

  score: {
    weight: 2,
    better: 'higher',
    value: ({ spec }, { node }) =>
      preferredNodeAffinityWeight(spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution, selectable(node)),
  },
};
