// The Pods of a node, by an index on the one informer of Pods.

import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Informers } from '../informers.ts';

const INDEX = 'node';

/** All Pods that are bound to the node. */
export function podsOnNode(informers: Informers, nodeName: string): Pod[] {
  const informer = informers.of(pod);
  informer.addIndex(INDEX, ({ spec }) => ((spec.nodeName ?? '') === '' ? [] : [spec.nodeName ?? '']));
  return [...informer.byIndex(INDEX, nodeName)];
}
