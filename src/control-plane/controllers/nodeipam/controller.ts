// Node IPAM: gives every node a range of Pod addresses of its own.

import { node as nodeKind } from '../../../api/core/v1/node.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import { keyOf } from '../../../client/client.ts';
import { defineController, done, retry } from '../../../runtime/controller.ts';
import type { ControllerDefinition } from '../../../runtime/controller.ts';
import { nextRange } from './plan.ts';

/** The controller that divides `clusterCidr` into parts with `nodeBits`. */
export const nodeIpamController = (clusterCidr: string, nodeBits: number): ControllerDefinition =>
  defineController<Node>({
    name: 'node-ipam-controller',
    reconciles: nodeKind,
    // One after the other, each after the cache shows the last: no two nodes get the same range.
    concurrency: 1,
    async reconcile({ name }, { informers, client, events, signal }) {
      const nodes = informers.of(nodeKind);
      const node = nodes.get(name);
      if (node === undefined || (node.spec.podCIDR ?? '') !== '') return done;
      const podCIDR = nextRange(
        clusterCidr,
        nodeBits,
        [...nodes.list()].flatMap(({ spec }) => spec.podCIDRs ?? spec.podCIDR ?? []),
      );
      if (podCIDR === undefined) {
        events.record(node, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
        return retry(new Error(`no range of Pod addresses is left for node ${name}`));
      }
      const metadata = { uid: node.metadata.uid };
      await client.patch(nodeKind, keyOf(node), { metadata, spec: { podCIDR, podCIDRs: [podCIDR] } }, { type: 'strategic', signal });
      return done;
    },
  });
