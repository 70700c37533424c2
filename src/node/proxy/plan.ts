// What the kernel must hold for one Service: pure, and the only place that decides where traffic goes.
//
// P1. Each address and port that a Service answers on (a frontend) is one element that leads to a chain shared by all frontends with
//     as many endpoints; the endpoints are elements keyed by frontend and number.
// P2. Traffic to a cluster address is masqueraded when it comes from outside the Pods' range, for otherwise the answer would not come
//     back through this node. Traffic to an external frontend always is, unless the policy is Local.
// P3. With the policy Local, Pods and this node itself still reach every endpoint; all others reach this node's own, or nothing.

import type { Service } from '../../api/core/v1/service.ts';
import type { EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import { chooseBackends, type Backend, type Backends } from './endpoint-choice.ts';
import type { Picker, PlanContext, PortPlan, Reach } from './port-plan.ts';
import type { Ruleset } from './ruleset.ts';
import { stickyPicker } from './sticky.ts';
import { masqueradeWhen } from './table.ts';

/** Where traffic for a Service port may arrive. */
export interface Frontend {
  /** Undefined for a node port, which answers on every address of the node. */
  readonly address: string | undefined;
  readonly protocol: string;
  readonly port: number;
  readonly external: boolean;
}

const LOCAL_OFFSET = 65_536;
const PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name';

/** The rules for one Service; empty where it is none of ours. */
export function planService(service: Service, slices: Iterable<EndpointSlice>, context: PlanContext): Ruleset {
  const rules = new Map<string, string>();
  const { spec, metadata } = service;
  if (spec.type === 'ExternalName' || spec.clusterIP === undefined || spec.clusterIP === 'None' || spec.clusterIP === '') return rules;
  if (metadata.labels !== undefined && Object.hasOwn(metadata.labels, PROXY_NAME_LABEL)) return rules;
  const list = [...slices];
  for (const port of spec.ports ?? []) planPort({ service, port, backends: chooseBackends(port, list, context.nodeName), context, rules });
  return rules;
}

function planPort(plan: PortPlan): void {
  const { service, backends, rules } = plan;
  const sticky = service.spec.sessionAffinity === 'ClientIP' ? stickyPicker(plan) : undefined;
  for (const frontend of frontendsOf(plan)) {
    planFrontend(plan, frontend, sticky);
    planFirewall(plan, frontend);
  }
  for (const { address, mayBeLocal } of [...backends.cluster, ...backends.local]) {
    if (mayBeLocal) rules.set(`element hairpins ${address} . ${address}`, '');
  }
}

function clusterAddresses({ spec }: Service): string[] {
  return (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter(isIPv4);
}

const isIPv4 = (address: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(address);

function ingressAddresses({ spec, status }: Service): string[] {
  if (spec.type !== 'LoadBalancer') return [];
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode = 'VIP' }) => (ip !== undefined && ipMode === 'VIP' ? [ip] : []));
}

function frontendsOf({ service, port }: PortPlan): Frontend[] {
  const { spec } = service;
  const common = { protocol: (port.protocol ?? 'TCP').toLowerCase(), port: port.port };
  const inside = clusterAddresses(service).map((address) => ({ ...common, address, external: false }));
  const outside = new Set([...(spec.externalIPs ?? []), ...ingressAddresses(service)].filter(isIPv4));
  const frontends: Frontend[] = [...inside, ...[...outside].map((address) => ({ ...common, address, external: true }))];
  const { nodePort } = port;
  if (nodePort !== undefined && nodePort !== 0 && spec.type !== 'ClusterIP') {
    frontends.push({ ...common, address: undefined, port: nodePort, external: true });
  }
  return frontends;
}

/** The key of a frontend in the maps. */
function frontendKey({ address, protocol, port }: Frontend): string {
  return address === undefined ? `${protocol} . ${port}` : `${address} . ${protocol} . ${port}`;
}

function planFrontend(plan: PortPlan, frontend: Frontend, sticky: Picker | undefined): void {
  const { service, backends, rules } = plan;
  const { internalTrafficPolicy, externalTrafficPolicy } = service.spec;
  const isLocal = (frontend.external ? externalTrafficPolicy : internalTrafficPolicy) === 'Local';
  const key = frontendKey(frontend);
  const isNodePort = frontend.address === undefined;
  if ((isLocal ? backends.local : backends.cluster).length === 0) {
    const verdict = backends.cluster.length === 0 ? 'goto refuse' : 'drop';
    rules.set(`element ${isNodePort ? 'refused-node-ports' : 'refused'} ${key}`, verdict);
  }
  if (frontend.protocol === 'udp') rules.set(`udp ${frontend.address ?? '*'} ${frontend.port}`, flowTargets(backends));
  const reaches = reachesOf(frontend, isLocal).filter((reach) => backends[reach].length > 0);
  if (reaches.length === 0) return;
  const picker = sticky ?? plainPicker(backends, frontend);
  const chain = addFrontChain(plan, { picker, reaches, external: frontend.external, isLocal });
  rules.set(`element ${isNodePort ? 'node-ports' : 'services'} ${key}`, `goto ${chain}`);
  if (sticky !== undefined) return;
  const start = isNodePort
    ? `element node-port-endpoints-${frontend.protocol} ${frontend.port}`
    : `element endpoints-${frontend.protocol} ${frontend.address} . ${frontend.port}`;
  for (const reach of reaches) {
    for (const [index, { address, port }] of backends[reach].entries()) {
      rules.set(`${start} . ${offsetOf(reach) + index}`, `${address} . ${port}`);
    }
  }
}

function flowTargets({ cluster, local }: Backends): string {
  return [...new Set([...cluster, ...local].map(({ address, port }: Backend) => `${address}:${port}`))].join(',');
}

function reachesOf({ external }: Frontend, isLocal: boolean): Reach[] {
  if (!isLocal) return ['cluster'];
  return external ? ['cluster', 'local'] : ['local'];
}

const offsetOf = (reach: Reach): number => (reach === 'cluster' ? 0 : LOCAL_OFFSET);

/** Picks by a random number within the key of the map. */
function plainPicker(backends: Backends, { address, protocol }: Frontend): Picker {
  const [start, container, frontend] =
    address === undefined ? ['port-', 'node-port-endpoints', `${protocol} dport`] : ['', 'endpoints', `ip daddr . ${protocol} dport`];
  return {
    name: (mode, reaches) => `${start}${mode}-${protocol}-${reaches.map((reach) => `${reach}-${backends[reach].length}`).join('-')}`,
    rule(reach) {
      const number = `numgen random mod ${backends[reach].length}${reach === 'local' ? ` offset ${LOCAL_OFFSET}` : ''}`;
      return `dnat ip to ${frontend} . ${number} map @${container}-${protocol}`;
    },
  };
}

interface FrontChain {
  readonly picker: Picker;
  readonly reaches: readonly Reach[];
  readonly external: boolean;
  readonly isLocal: boolean;
}

/** Adds the chain that a frontend leads to, and gives its name. */
function addFrontChain({ context, rules }: PortPlan, { picker, reaches, external, isLocal }: FrontChain): string {
  const pods = context.clusterPodCidr;
  const add = (mode: string, used: readonly Reach[], lines: readonly string[]): string => {
    const name = picker.name(mode, used);
    rules.set(`chain ${name}`, lines.join('\n'));
    return name;
  };
  // P2
  if (!external) {
    return add('inside', reaches, [masqueradeWhen(`ip saddr != ${pods}`), ...reaches.map((reach) => picker.rule(reach))]);
  }
  const addOutside = (): string => add('outside', ['cluster'], [masqueradeWhen(''), picker.rule('cluster')]);
  if (!isLocal) return addOutside();
  // P3
  const direct = add('direct', ['cluster'], [picker.rule('cluster')]);
  return add('policy', reaches, [
    `ip saddr ${pods} goto ${direct}`,
    `fib saddr type local goto ${addOutside()}`,
    ...(reaches.includes('local') ? [picker.rule('local')] : []),
  ]);
}

/** Admits only the named sources to the addresses of a load balancer. */
function planFirewall({ service, rules }: PortPlan, frontend: Frontend): void {
  const { address } = frontend;
  const ranges = (service.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()).filter((range) => !range.includes(':'));
  if (ranges.length === 0 || address === undefined || !ingressAddresses(service).includes(address)) return;
  const chain = `sources-${address}-${frontend.protocol}-${frontend.port}`;
  rules.set(`chain ${chain}`, [...ranges.map((range) => `ip saddr ${range} return`), 'drop'].join('\n'));
  rules.set(`element firewall ${frontendKey(frontend)}`, `goto ${chain}`);
}
