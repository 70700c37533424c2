// The door of the Job controller.

export { jobController } from './controller.ts';
