// The door of the simulator.

export { runSimulator } from './simulator.ts';
export type { SimulatorOptions } from './simulator.ts';
export { Faults } from './faults.ts';
export type { SimulatedNode } from './node-spec.ts';
export { EXIT_CODE_ANNOTATION, RUN_FOR_ANNOTATION } from './pod-plan.ts';
