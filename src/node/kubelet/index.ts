// The kubelet: the agent that runs a node's Pods.

export { runKubelet, type KubeletOptions } from './kubelet.ts';
export type { ContainerEnvironment, ContainerView, KubeletParts, KubeletView, PodView, PodVolumes } from './seams.ts';
export { shutdownNode, type NodeShutdownOptions } from './shutdown.ts';
