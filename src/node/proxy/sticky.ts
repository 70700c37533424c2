// ClientIP affinity: a chain and a remembering set for each endpoint of such a Service. It is rare enough to afford chains.

import { createHash } from 'node:crypto';

import type { Backend } from './endpoint-choice.ts';
import type { Picker, PortPlan } from './port-plan.ts';

const DEFAULT_TIMEOUT_SECONDS = 10_800;
const REMEMBERED_CLIENTS = 65_535;

/** The start of the names of sets that remember clients. */
export const AFFINITY_SET = 'affinity-';

/** Adds what affinity needs for a port, and gives the way to pick by it. */
export function stickyPicker({ service, port, backends, rules }: PortPlan): Picker {
  const { namespace, name } = service.metadata;
  const identity = `${namespace ?? ''}/${name ?? ''}/${port.protocol ?? 'TCP'}/${port.port}`;
  // Names of chains are shorter than those of Services may be.
  const id = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const timeoutSeconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const protocol = (port.protocol ?? 'TCP').toLowerCase();
  const setOf = (backend: Backend): string => `${AFFINITY_SET}${id}-${timeoutSeconds}-${backend.address}-${backend.port}`;
  const chainOf = (backend: Backend): string => `sticky-${id}-${timeoutSeconds}-${backend.address}-${backend.port}`;
  for (const reach of ['cluster', 'local'] as const) {
    const list = backends[reach];
    if (list.length === 0) continue;
    for (const backend of list) {
      const set = setOf(backend);
      rules.set(`set ${set}`, `type ipv4_addr; size ${REMEMBERED_CLIENTS}; flags dynamic,timeout; timeout ${timeoutSeconds}s;`);
      rules.set(
        `chain ${chainOf(backend)}`,
        `update @${set} { ip saddr }\nmeta l4proto ${protocol} dnat ip to ${backend.address}:${backend.port}`,
      );
    }
    const remembered = list.map((backend) => `ip saddr @${setOf(backend)} goto ${chainOf(backend)}`);
    const fresh = list.map((backend, index) => `${index} : goto ${chainOf(backend)}`);
    rules.set(
      `chain sticky-${id}-pick-${reach}`,
      [...remembered, `numgen random mod ${list.length} vmap { ${fresh.join(', ')} }`].join('\n'),
    );
  }
  return {
    name: (mode) => `sticky-${id}-${mode}`,
    rule: (reach) => `goto sticky-${id}-pick-${reach}`,
  };
}
