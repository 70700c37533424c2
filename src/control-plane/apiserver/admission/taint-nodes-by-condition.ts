// TaintNodesByCondition: a new node is tainted as not ready until the node lifecycle controller has seen it ready.

import type { Node } from '../../../api/core/v1/node.ts';
import type { Draft } from '../../../machinery/schema.ts';
import type { AdmissionPlugin } from '../../../server/admission.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (operation) => operation === 'CREATE',
  mutate({ resource, subresource, object }) {
    if (resource.group !== '' || resource.resource !== 'nodes' || subresource !== '' || object === undefined) return;
    const node = object as Draft<Node>;
    const taints = node.spec.taints ?? [];
    if (!taints.some(({ key, effect }) => key === NOT_READY && effect === 'NoSchedule'))
      node.spec.taints = [...taints, { key: NOT_READY, effect: 'NoSchedule' }];
  },
};
