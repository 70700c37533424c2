// The door of the ServiceAccount controller.

export { serviceAccountController } from './controller.ts';
