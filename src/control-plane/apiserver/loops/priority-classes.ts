// The priority classes of what a cluster cannot do without.

import { priorityClass } from '../../../api/scheduling/v1/priority-class.ts';
import { ensure } from './ensure.ts';
import type { LoopContext } from './parts.ts';

const CLASSES = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

export async function ensurePriorityClasses(context: LoopContext): Promise<void> {
  await Promise.all(CLASSES.map((each) => ensure(context, priorityClass, each)));
}
