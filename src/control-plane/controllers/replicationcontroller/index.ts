// The door of the ReplicationController controller.

export { replicationControllerController } from './controller.ts';
