// Every plugin of the scheduler, in the order in which it is asked: a new one is one file in plugins/ and one line here.
//
// After the resources belong, once they exist: volume restrictions, volume limits, volume binding, volume zone, inter-Pod affinity.

import type { Plugins } from './framework.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesBalancedAllocation } from './plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { podTopologySpread } from './plugins/pod-topology-spread.ts';
import { taintToleration } from './plugins/taint-toleration.ts';

export const PLUGINS: Plugins = {
  node: [nodeUnschedulable, nodeName, taintToleration, nodeAffinity],
  beforeResources: [nodePorts],
  resource: [nodeResourcesFit, nodeResourcesBalancedAllocation],
  afterResources: [podTopologySpread, imageLocality],
};
