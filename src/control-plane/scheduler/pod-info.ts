// A Pod as the scheduler carries it: the object, and what is worked out of it once.

import type { Pod } from '../../api/core/v1/pod.ts';
import { cacheKey } from '../../runtime/informer.ts';
import { hostPortsOf } from './pod-usage.ts';
import type { HostPort, PodUsage, UsageMeter } from './pod-usage.ts';

export interface PodInfo {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly pod: Pod;
  readonly priority: number;
  readonly usage: PodUsage;
  readonly ports: readonly HostPort[];
  /** The controller that replicates the Pod, if one does. */
  readonly replicator: string | undefined;
}

const REPLICATORS: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'ReplicationController']);

export const podKeyOf = ({ metadata }: Pod): string => cacheKey(metadata.namespace, metadata.name ?? '');

/** Works out what the scheduler needs of a Pod. */
export function podInfoOf(pod: Pod, meter: UsageMeter): PodInfo {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return {
    key: podKeyOf(pod),
    uid: pod.metadata.uid ?? '',
    pod,
    priority: pod.spec.priority ?? 0,
    usage: meter.of(pod),
    ports: hostPortsOf(pod),
    replicator: owner !== undefined && REPLICATORS.has(owner.kind) ? owner.uid : undefined,
  };
}
