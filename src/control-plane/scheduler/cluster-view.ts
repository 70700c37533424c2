// Keeps the snapshot and the queue true to what the informers say.
//
// V1. Only Pods of this scheduler that have no Node and are not going away are queued; every Pod that runs somewhere counts there.
// V2. What a Pod or Node gives up is free at once, and whoever may profit is tried again.

import type { Node } from '../../api/core/v1/node.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { isPodTerminal } from '../../api/core/v1/pod-phase.ts';
import type { Service } from '../../api/core/v1/service.ts';
import type { Change } from '../../runtime/informer.ts';
import type { ClusterEvent, Plugins } from './framework.ts';
import { podInfoOf, podKeyOf } from './pod-info.ts';
import { UsageMeter } from './pod-usage.ts';
import type { SchedulingQueue } from './queue.ts';
import type { Rejections } from './rejections.ts';
import { mayHelp } from './retry-hints.ts';
import type { Snapshot } from './snapshot.ts';

export const SCHEDULER_NAME = 'default-scheduler';

interface Parts {
  readonly plugins: Plugins;
  readonly snapshot: Snapshot;
  readonly queue: SchedulingQueue;
  readonly rejections: Rejections;
}

/** Takes in changes of Pods, Nodes and Services. */
export class ClusterView {
  readonly #parts: Parts;
  readonly #meter = new UsageMeter();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  onPod({ type, object }: Change<Pod>): void {
    const { queue, rejections, snapshot } = this.#parts;
    const key = podKeyOf(object);
    const { nodeName = '', schedulerName } = object.spec;
    if (type === 'deleted' || isPodTerminal(object)) {
      this.#dequeue(key);
      this.release(object);
    } else if (nodeName !== '') {
      this.#dequeue(key);
      this.#settle(object, nodeName);
    } else if (schedulerName !== SCHEDULER_NAME || object.metadata.deletionTimestamp !== undefined) {
      this.#dequeue(key);
    } else if (snapshot.placementOf(object.metadata.uid ?? '') === undefined) {
      const pod = podInfoOf(object, this.#meter);
      if ((object.spec.schedulingGates ?? []).length > 0) rejections.forget(key);
      queue.put(pod);
    }
  }

  onNode({ type, object, previous }: Change<Node>): void {
    const { snapshot } = this.#parts;
    if (type === 'deleted') return snapshot.removeNode(object.metadata.name ?? '');
    snapshot.setNode(object);
    this.#tell({ resource: 'nodes', event: type === 'added' ? 'add' : 'update', object, previous });
  }

  onService({ type, object }: Change<Service>): void {
    const { groups } = this.#parts.snapshot;
    if (type === 'deleted') groups.removeService(object);
    else groups.setService(object);
  }

  /** Gives back what the Pod held, be it assumed or seen. */
  release(pod: Pod): void {
    if (this.#parts.snapshot.remove(pod.metadata.uid ?? '') !== undefined)
      this.#tell({ resource: 'pods', event: 'delete', object: pod, previous: pod });
  }

  #dequeue(key: string): void {
    this.#parts.queue.remove(key);
    this.#parts.rejections.forget(key);
  }

  /** Counts a Pod where it is. Most updates say nothing new about that. */
  #settle(object: Pod, nodeName: string): void {
    const { snapshot } = this.#parts;
    const placement = snapshot.placementOf(object.metadata.uid ?? '');
    if (placement !== undefined && !placement.assumed && placement.nodeName === nodeName && isLike(placement.pod.pod, object)) return;
    snapshot.confirm(podInfoOf(object, this.#meter), nodeName);
    if (placement !== undefined && !placement.assumed)
      this.#tell({ resource: 'pods', event: 'update', object, previous: placement.pod.pod });
  }

  #tell(event: ClusterEvent): void {
    const { plugins, queue } = this.#parts;
    queue.retry((pod, rejectedBy) => mayHelp(plugins, pod, rejectedBy, event));
  }
}

/** Whether nothing changed that counts: what a running Pod asks for, or its labels. */
function isLike(before: Pod, after: Pod): boolean {
  return (
    before.metadata.generation === after.metadata.generation &&
    JSON.stringify(before.metadata.labels) === JSON.stringify(after.metadata.labels)
  );
}
