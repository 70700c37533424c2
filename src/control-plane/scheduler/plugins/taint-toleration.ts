// TaintToleration: keeps Pods off Nodes with taints that they do not tolerate, and prefers Nodes with fewer mild ones.

import { findUntoleratedTaint, toleratesTaints } from '../../../api/core/v1/toleration-match.ts';
import { fits, rejects } from '../framework.ts';
import type { NodePlugin } from '../framework.ts';

export const taintToleration: NodePlugin = {
  name: 'TaintToleration',

  retryOn: [{ resource: 'nodes', events: ['add', 'update'] }],

  reads: ({ spec }) => spec.tolerations,

  filter({ spec }, { node }) {
    if (findUntoleratedTaint(node.spec.taints, spec.tolerations, ['NoSchedule', 'NoExecute']) === undefined) return fits;
    return rejects('node(s) had untolerated taint(s)', { preemptable: false });
  },

  score: {
    weight: 3,
    better: 'lower',
    value({ spec }, { node }) {
      const mild = (spec.tolerations ?? []).filter(({ effect = '' }) => effect === '' || effect === 'PreferNoSchedule');
      return (node.spec.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesTaints(mild, taint)).length;
    },
  },
};
