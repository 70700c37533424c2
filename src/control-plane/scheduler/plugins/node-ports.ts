// NodePorts: two Pods of one Node cannot listen on the same port of it.

import { hostPortsOf, portsConflict } from '../pod-usage.ts';
import type { ClusterPlugin } from '../framework.ts';

const REJECTION = { plugin: 'NodePorts', reasons: ["node(s) didn't have free ports for the requested pod ports"], preemptable: true };

export const nodePorts: ClusterPlugin = {
  name: 'NodePorts',

  retryOn: [
    { resource: 'nodes', events: ['add'] },
    { resource: 'pods', events: ['delete'] },
  ],

  helps: ({ ports }, event) => event.resource === 'nodes' || portsConflict(ports, hostPortsOf(event.object)),

  filter({ ports }, { nodes, portHolders }, verdicts) {
    if (ports.length === 0) return;
    for (const [nodeName, placements] of portHolders) {
      const slot = nodes.slotOf(nodeName);
      if (slot === undefined) continue;
      for (const { pod } of placements) {
        if (!portsConflict(ports, pod.ports)) continue;
        verdicts.reject(slot, REJECTION);
        break;
      }
    }
  },
};
