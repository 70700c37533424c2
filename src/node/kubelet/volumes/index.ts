// The volumes of Pods: folders, files made of API objects, paths of the node, and their mounts.

export { createPodVolumes } from './pod-volumes.ts';
