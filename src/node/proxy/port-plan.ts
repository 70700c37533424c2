// What planning one port of a Service works on, and the seam between planning and the two ways to pick an endpoint.

import type { Service, ServicePort } from '../../api/core/v1/service.ts';
import type { Backends } from './endpoint-choice.ts';

export interface PlanContext {
  readonly nodeName: string;
  readonly clusterPodCidr: string;
}

/** Which of the two lists of endpoints is meant. */
export type Reach = 'cluster' | 'local';

/** How a chain hands a packet to one of the endpoints. */
export interface Picker {
  /** The start of the names of chains that use it. */
  readonly name: (mode: string, reaches: readonly Reach[]) => string;
  /** The rule that picks; there is at least one endpoint. */
  readonly rule: (reach: Reach) => string;
}

/** A port of a Service with all that is needed to plan it; `rules` is added to. */
export interface PortPlan {
  readonly service: Service;
  readonly port: ServicePort;
  readonly backends: Backends;
  readonly context: PlanContext;
  readonly rules: Map<string, string>;
}
