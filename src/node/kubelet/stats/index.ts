// Figures of a node and what runs on it, out of its control groups.

export { readCgroupFigures, type CgroupFigures } from './cgroup-figures.ts';
export { createNodeStats, type NodeStats } from './node-stats.ts';
