// The door of the scheduler.

export { runScheduler } from './scheduler.ts';
export type { SchedulerOptions } from './scheduler.ts';
export { Rejections } from './rejections.ts';
export type { Explanation, NodeRejection } from './rejections.ts';
