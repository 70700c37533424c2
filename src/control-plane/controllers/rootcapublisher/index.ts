// The door of the root CA publisher.

export { rootCaPublisher } from './controller.ts';
