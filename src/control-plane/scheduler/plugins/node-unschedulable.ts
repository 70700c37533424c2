// NodeUnschedulable: keeps Pods off cordoned Nodes unless they tolerate the cordon's taint.

import { toleratesTaints } from '../../../api/core/v1/toleration-match.ts';
import { fits, rejects } from '../framework.ts';
import type { NodePlugin } from '../framework.ts';

const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export const nodeUnschedulable: NodePlugin = {
  name: 'NodeUnschedulable',

  // Only a Node that comes or is uncordoned can undo a rejection.
  retryOn: [{ resource: 'nodes', events: ['add', 'update'] }],

  reads: ({ spec }) => spec.tolerations,

  filter({ spec }, { node }) {
    if (node.spec.unschedulable !== true || toleratesTaints(spec.tolerations, CORDON)) return fits;
    // Evicting Pods cannot uncordon a Node.
    return rejects('node(s) were unschedulable', { preemptable: false });
  },
};
