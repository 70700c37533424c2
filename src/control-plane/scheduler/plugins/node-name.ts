// NodeName: a Pod that names its Node goes nowhere else.

import { fits, rejects } from '../framework.ts';
import type { NodePlugin } from '../framework.ts';

export const nodeName: NodePlugin = {
  name: 'NodeName',

  retryOn: [{ resource: 'nodes', events: ['add'] }],

  reads: ({ spec }) => spec.nodeName,

  filter({ spec }, { node }) {
    const { nodeName: wanted = '' } = spec;
    if (wanted === '' || wanted === node.metadata.name) return fits;
    return rejects("node(s) didn't match the requested node name", { preemptable: false });
  },
};
