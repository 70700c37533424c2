// The door of the API server's leaf: Kubernetes' resources with their rules, who may do what, and what the server does by itself.
// `cluster` opens the generic server core with these parts.

import { node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import { secret } from '../../api/core/v1/secret.ts';
import { serviceAccount } from '../../api/core/v1/service-account.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Kind } from '../../machinery/kind.ts';
import type { Authorizer } from '../../server/authorizer.ts';
import type { HealthCheck } from '../../server/endpoints/health.ts';
import type { Lookups } from '../../server/lookups.ts';
import type { Strategy } from '../../server/strategy.ts';
import { NODE_PORTS } from './allocators/port-pool.ts';
import type { PortRange } from './allocators/port-pool.ts';
import { ServiceAllocator } from './allocators/service-allocator.ts';
import type { BoundObject, ServiceAccountTokens } from './authn/service-account-tokens.ts';
import { createAuthorizer } from './authz/authorizer.ts';
import { NodeAuthorizer } from './authz/node-authorizer.ts';
import { rbacOver } from './authz/rbac-objects.ts';
import { Gates } from './loops/gates.ts';
import type { Advertised } from './loops/kubernetes-service.ts';
import type { TrustedAuthorities } from './loops/cluster-config-maps.ts';
import type { LoopContext } from './loops/parts.ts';
import { GATES, runLoops } from './loops/run-loops.ts';
import { dialDirectly } from './pod-subresources/backend.ts';
import type { Dial, KubeletConnector } from './pod-subresources/backend.ts';
import { bindings } from './pod-subresources/binding.ts';
import { identityReviews } from './reviews/identity-reviews.ts';
import { serverReviews } from './reviews/server-reviews.ts';
import { tokenSubresource } from './reviews/token-request.ts';
import { componentStatusStrategy } from './strategies/core/component-status.ts';
import { builtInStrategies } from './strategies/index.ts';

export { createAdmission } from './admission/index.ts';
export { createAuthenticator } from './authn/authenticator.ts';
export { TokenSigner } from './authn/jwt.ts';
export { ServiceAccountTokens } from './authn/service-account-tokens.ts';
export type { BoundObject } from './authn/service-account-tokens.ts';
export type { Backend, Dial, KubeletConnector } from './pod-subresources/backend.ts';
export type { TrustedAuthorities } from './loops/cluster-config-maps.ts';
export type { Advertised } from './loops/kubernetes-service.ts';

export const SERVICE_CIDRS: readonly string[] = ['10.96.0.0/12'];

/** The kinds that a ServiceAccount token can be bound to. */
export const boundKinds: Readonly<Record<BoundObject['kind'], Kind>> = {
  Pod: pod as Kind,
  Secret: secret as Kind,
  Node: node as Kind,
  ServiceAccount: serviceAccount as Kind,
};

/** Who may do what: system:masters everything, nodes what their Pods need, others what RBAC says. */
export const createUnionAuthorizer = (lookups: Lookups): Authorizer => createAuthorizer([new NodeAuthorizer(lookups), rbacOver(lookups)]);

export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Ranges of Service addresses; the first one's family is the default. */
  readonly serviceCidrs?: readonly string[];
  readonly nodePorts?: PortRange;
  readonly kubelets: KubeletConnector;
  /** Where clients in the cluster reach this server; nothing is told of it while the port is 0. */
  readonly advertise: () => Advertised;
  /** How Pods and kubelets are reached, where this process is not in their network. */
  readonly dial?: Dial;
  readonly tokens: ServiceAccountTokens;
  /** Published for components and extension servers. */
  readonly trusted?: TrustedAuthorities;
}

export interface ApiServerParts {
  readonly strategies: readonly Strategy[];
  /** What /readyz waits for. */
  readonly readyz: readonly HealthCheck[];
  readonly authorizer: (lookups: Lookups) => Authorizer;
  /** Makes what every cluster must have and keeps it so, until the signal fires. */
  runLoops(context: LoopContext): Promise<void>;
  /** Resolves when everything that must exist does. */
  bootstrapReady(signal: AbortSignal): Promise<void>;
}

/** Everything of one API server that is Kubernetes' own. */
export function createApiServerParts(options: ApiServerOptions): ApiServerParts {
  const {
    clock,
    random,
    logger,
    serviceCidrs = SERVICE_CIDRS,
    nodePorts = NODE_PORTS,
    kubelets,
    dial = dialDirectly,
    advertise,
    tokens,
  } = options;
  const allocator = new ServiceAllocator({ serviceCidrs, nodePorts, random });
  const token = tokenSubresource(tokens);
  const stored = builtInStrategies({ allocator, reaching: { kubelets, dial, random, logger }, token });
  const gates = new Gates(GATES);
  return {
    strategies: [bindings, componentStatusStrategy, ...stored, ...identityReviews(tokens), ...serverReviews()],
    readyz: gates.checks,
    authorizer: createUnionAuthorizer,
    runLoops: (context) => runLoops({ ...context, clock, logger }, { serviceCidrs, advertise, gates, trusted: options.trusted }),
    bootstrapReady: (signal) => gates.whenOpen(signal),
  };
}
