// The door of the Endpoints controller.

export { endpointsController } from './controller.ts';
