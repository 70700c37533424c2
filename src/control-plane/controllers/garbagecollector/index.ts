// The door of the garbage collector.

export { garbageCollector } from './controller.ts';
