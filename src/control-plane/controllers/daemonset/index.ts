// The door of the DaemonSet controller.

export { daemonSetController } from './controller.ts';
