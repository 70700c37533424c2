// The kubelet's Pods as its endpoints see them.

import type { Pod } from '../../api/core/v1/pod.ts';
import type { PodRuntime, RuntimeContainer } from './runtime-state.ts';
import { runtimeIps } from './runtime-state.ts';
import type { ContainerView, KubeletView, PodView } from './seams.ts';

/** One Pod. */
export function podView(pod: Pod, runtime: PodRuntime, cgroup: string): PodView {
  return {
    pod,
    sandboxId: runtime.sandboxes.find(({ ready }) => ready)?.id,
    podIPs: runtimeIps(runtime),
    cgroup,
    containers: runtime.containers.map(containerView),
  };
}

function containerView({ id, name, state, restartCount, logPath, createdAtMs }: RuntimeContainer): ContainerView {
  return { id, name, state, attempt: restartCount, logPath, createdAtMs };
}

/** All Pods that `list` gives at the moment of the question. */
export function kubeletView(list: () => Iterable<PodView>): KubeletView {
  const find = (namespace: string, name: string, uid?: string): PodView | undefined => {
    const same = [...list()].filter(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name);
    return uid === undefined ? same[0] : same.find(({ pod }) => pod.metadata.uid === uid);
  };
  return {
    pods: () => [...list()],
    pod: find,
    container(namespace, name, container, previous = false) {
      const attempts = find(namespace, name)?.containers.filter((each) => each.name === container) ?? [];
      return attempts[previous ? 1 : 0];
    },
  };
}
