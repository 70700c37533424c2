// The door of the Pod garbage collector.

export { podGarbageCollector } from './controller.ts';
