// The door of the taint eviction controller.

export { taintEvictionController } from './controller.ts';
