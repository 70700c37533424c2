// The kubelet: the agent that runs a node's Pods.

export { createPodVolumes } from './volumes/index.ts';
export { createContainerEnvironment } from './environment/index.ts';
export { runKubelet, type KubeletOptions } from './kubelet.ts';
export type { ContainerEnvironment, ContainerView, KubeletParts, KubeletView, PodView, PodVolumes } from './seams.ts';
export { shutdownNode, type NodeShutdownOptions } from './shutdown.ts';
export { runKubeletServer, type KubeletServerOptions } from './streaming/index.ts';
