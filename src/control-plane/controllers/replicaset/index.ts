// The door of the ReplicaSet controller.

export { replicaSetController } from './controller.ts';
