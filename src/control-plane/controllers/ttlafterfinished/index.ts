// The door of the TTL-after-finished controller.

export { ttlAfterFinishedController } from './controller.ts';
