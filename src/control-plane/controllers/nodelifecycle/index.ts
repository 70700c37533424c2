// The door of the node lifecycle controller.

export { nodeLifecycleController } from './controller.ts';
