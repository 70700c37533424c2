// How many Pods of one kind run on each Node, for spreading replicas: by controller, or by Service where a Pod has none.
//
// G1. Counts by controller are kept always; those of a Service from the first time that somebody asks for them.

import type { Service } from '../../api/core/v1/service.ts';
import { labelSelectorFromMap } from '../../machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../machinery/selectors/label-selector.ts';
import type { PodInfo } from './pod-info.ts';

/** Pods by name of their Node. */
export type NodeCounts = ReadonlyMap<string, number>;

interface ServiceGroup {
  readonly selector: LabelSelector;
  counts: Map<string, number> | undefined;
}

function adjust(counts: Map<string, number>, nodeName: string, by: 1 | -1): void {
  const count = (counts.get(nodeName) ?? 0) + by;
  if (count > 0) counts.set(nodeName, count);
  else counts.delete(nodeName);
}

/** All counts. */
export class SpreadGroups {
  readonly #replicators = new Map<string, Map<string, number>>();
  readonly #services = new Map<string, Map<string, ServiceGroup>>();

  setService({ metadata, spec }: Service): void {
    const namespace = metadata.namespace ?? '';
    const services = this.#services.get(namespace) ?? new Map<string, ServiceGroup>();
    this.#services.set(namespace, services);
    services.delete(metadata.name ?? '');
    // A Service without selector chooses nothing.
    if (Object.keys(spec.selector ?? {}).length > 0)
      services.set(metadata.name ?? '', { selector: labelSelectorFromMap(spec.selector), counts: undefined });
  }

  removeService({ metadata }: Service): void {
    this.#services.get(metadata.namespace ?? '')?.delete(metadata.name ?? '');
  }

  count(pod: PodInfo, nodeName: string, by: 1 | -1): void {
    if (pod.replicator !== undefined) this.#countReplica(pod.replicator, nodeName, by);
    const { namespace = '', labels } = pod.pod.metadata;
    for (const { selector, counts } of this.#services.get(namespace)?.values() ?? []) {
      if (counts !== undefined && selector.matches(labels)) adjust(counts, nodeName, by);
    }
  }

  /** Where the Pod's like run; undefined when it has none to be spread among. */
  likeOf(pod: PodInfo, placed: Iterable<{ readonly pod: PodInfo; readonly nodeName: string }>): NodeCounts | undefined {
    if (pod.replicator !== undefined) return this.#replicators.get(pod.replicator) ?? new Map();
    const { namespace = '', labels } = pod.pod.metadata;
    for (const group of this.#services.get(namespace)?.values() ?? []) {
      if (!group.selector.matches(labels)) continue;
      group.counts ??= this.#countAll(group.selector, namespace, placed);
      return group.counts;
    }
    return undefined;
  }

  #countReplica(replicator: string, nodeName: string, by: 1 | -1): void {
    const counts = this.#replicators.get(replicator) ?? new Map<string, number>();
    adjust(counts, nodeName, by);
    if (counts.size > 0) this.#replicators.set(replicator, counts);
    else this.#replicators.delete(replicator);
  }

  #countAll(
    selector: LabelSelector,
    namespace: string,
    placed: Iterable<{ readonly pod: PodInfo; readonly nodeName: string }>,
  ): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { pod, nodeName } of placed) {
      const { metadata } = pod.pod;
      if (metadata.namespace === namespace && selector.matches(metadata.labels)) adjust(counts, nodeName, 1);
    }
    return counts;
  }
}
