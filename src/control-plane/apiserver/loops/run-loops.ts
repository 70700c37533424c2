// Everything that the API server does by itself: first what every cluster must have, then what keeps it so.

import { isAbort, TaskScope } from '../../../base/abort.ts';
import { AddressPool } from '../allocators/address-pool.ts';
import { ensureApiServices } from './api-services.ts';
import { ensureClusterConfigMaps } from './cluster-config-maps.ts';
import type { TrustedAuthorities } from './cluster-config-maps.ts';
import { clusterRoleAggregation } from './cluster-role-aggregation.ts';
import { ensureFlowControl } from './flow-control-bootstrap.ts';
import type { Gates } from './gates.ts';
import { kubernetesService } from './kubernetes-service.ts';
import type { Advertised } from './kubernetes-service.ts';
import { runOnChange } from './on-change.ts';
import type { LoopParts } from './parts.ts';
import { ensurePriorityClasses } from './priority-classes.ts';
import { reconcileRbac } from './rbac-bootstrap.ts';
import { serviceAddresses } from './service-addresses.ts';
import { ensureServiceCidr } from './service-cidr.ts';
import { ensureSystemNamespaces } from './system-namespaces.ts';

export interface LoopSettings {
  readonly serviceCidrs: readonly string[];
  readonly advertise: () => Advertised;
  readonly gates: Gates;
  readonly trusted: TrustedAuthorities | undefined;
}

const NAMESPACES = 'poststarthook/start-system-namespaces-controller';
const RBAC = 'poststarthook/rbac/bootstrap-roles';
const PRIORITIES = 'poststarthook/scheduling/bootstrap-system-priority-classes';
const FLOW_CONTROL = 'poststarthook/priority-and-fairness-config-producer';
const API_SERVICES = 'poststarthook/apiservice-registration-controller';
const SERVICE_CIDR = 'poststarthook/start-kubernetes-service-cidr-controller';
const SERVICE = 'poststarthook/bootstrap-controller';
const CONFIG_MAPS = 'poststarthook/start-cluster-authentication-info-controller';

/** The names under which /readyz shows what must have happened. */
export const GATES: readonly string[] = [NAMESPACES, RBAC, PRIORITIES, FLOW_CONTROL, API_SERVICES, SERVICE_CIDR, SERVICE, CONFIG_MAPS];

const RETRY_MS = 500;
const NAMESPACES_EVERY_MS = 60_000;

/** Does one thing until it succeeds. */
async function untilDone(name: string, parts: LoopParts, gates: Gates, work: () => Promise<void>): Promise<void> {
  const { clock, logger, signal } = parts;
  for (;;) {
    try {
      await work();
      gates.open(name);
      return;
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      logger.warn('what the cluster must have could not be made', { what: name, error });
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

async function bootstrap(parts: LoopParts, { gates, serviceCidrs, trusted }: LoopSettings): Promise<void> {
  const { clock } = parts;
  // Roles and Services lie in namespaces.
  await untilDone(NAMESPACES, parts, gates, () => ensureSystemNamespaces(parts));
  await Promise.all([
    untilDone(RBAC, parts, gates, () => reconcileRbac(parts)),
    untilDone(PRIORITIES, parts, gates, () => ensurePriorityClasses(parts)),
    untilDone(FLOW_CONTROL, parts, gates, () => ensureFlowControl(parts, clock)),
    untilDone(API_SERVICES, parts, gates, () => ensureApiServices(parts)),
    untilDone(CONFIG_MAPS, parts, gates, () => ensureClusterConfigMaps(parts, clock, trusted)),
    untilDone(SERVICE_CIDR, parts, gates, () => ensureServiceCidr(parts, clock, serviceCidrs)),
  ]);
}

/** Runs until the signal fires. */
export async function runLoops(parts: LoopParts, settings: LoopSettings): Promise<void> {
  const { signal, logger } = parts;
  const { serviceCidrs, advertise, gates } = settings;
  const tasks = new TaskScope(signal, (error) => logger.error('a loop of the API server ended', { error }));
  const inner: LoopParts = { ...parts, signal: tasks.signal };
  const [primary = '10.96.0.0/12'] = serviceCidrs;
  tasks.start(async () => {
    await bootstrap(inner, settings);
    const namespaces = { name: 'system-namespaces', kinds: [], everyMs: NAMESPACES_EVERY_MS, run: ensureSystemNamespaces };
    const first = kubernetesService(new AddressPool(primary).at(0), advertise, () => gates.open(SERVICE));
    for (const loop of [namespaces, first, clusterRoleAggregation, serviceAddresses]) tasks.start(() => runOnChange(loop, inner));
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await tasks.end();
}
