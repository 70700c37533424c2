// The door of the Deployment controller.

export { deploymentController } from './controller.ts';
