// What containers get to know of their surroundings through variables, and the expansion of references to them.

export { createContainerEnvironment } from './container-environment.ts';
export { expand, expandAll, expandStrictly } from './expansion.ts';
