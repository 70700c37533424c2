// The door of the Namespace controller.

export { namespaceController } from './controller.ts';
