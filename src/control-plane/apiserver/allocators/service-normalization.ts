// Makes an updated Service say what its client meant: fields that were allocated and left out stay, `clusterIP` and `clusterIPs` agree,
// and what no longer applies to the type is dropped.
//
// N1. Only values that the client did not change are dropped; those that it did are validation's to refuse.

import type { Service } from '../../../api/core/v1/service.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { draftOf } from '../../../machinery/draft.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { needsAddress, needsHealthCheckPort, needsNodePorts, opensNodePorts } from './service-fields.ts';

const sameList = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean => semanticEqual(a ?? [], b ?? []);

/** Carries over what was allocated and is not given again. */
export function carryAllocated({ spec }: Draft<Service>, old: Service): void {
  const next = { spec };
  if (needsAddress(old) && needsAddress(next)) {
    if ((spec.clusterIP ?? '') === '' && old.spec.clusterIP !== undefined) spec.clusterIP = old.spec.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && old.spec.clusterIPs !== undefined) spec.clusterIPs = draftOf(old.spec.clusterIPs);
  }
  if (needsNodePorts(old) && needsNodePorts(next)) carryNodePorts(spec, old);
  if (
    needsHealthCheckPort(old) &&
    needsHealthCheckPort(next) &&
    (spec.healthCheckNodePort ?? 0) === 0 &&
    old.spec.healthCheckNodePort !== undefined
  ) {
    spec.healthCheckNodePort = old.spec.healthCheckNodePort;
  }
}

function carryNodePorts(spec: Draft<Service>['spec'], old: Service): void {
  const before = new Map((old.spec.ports ?? []).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
  const given = new Set((spec.ports ?? []).map(({ nodePort = 0 }) => nodePort));
  for (const port of spec.ports ?? []) {
    const kept = before.get(port.name ?? '') ?? 0;
    if ((port.nodePort ?? 0) === 0 && kept !== 0 && !given.has(kept)) port.nodePort = kept;
  }
}

/** Old clients know `clusterIP` alone: the list follows it where it was not given its own say. */
export function matchSingular({ spec }: Draft<Service>, old: Service | undefined): void {
  const { clusterIP = '', clusterIPs = [] } = spec;
  if (old === undefined) {
    if (clusterIP !== '' && clusterIPs.length === 0) spec.clusterIPs = [clusterIP];
    return;
  }
  const { clusterIP: before = '', clusterIPs: listBefore = [] } = old.spec;
  if (listBefore.length > 0 && clusterIPs.length === 0 && before === clusterIP) spec.clusterIPs = [...listBefore];
  if (before === clusterIP || !sameList(listBefore, clusterIPs)) return;
  if (before !== '' && clusterIP === '') delete spec.clusterIPs;
  else spec.clusterIPs = [clusterIP];
}

type Spec = Draft<Service>['spec'];

/** Drops fields unless the client changed them (N1). */
function dropUnchanged(spec: Spec, old: Service, ...fields: readonly (keyof Service['spec'])[]): void {
  for (const field of fields) if (semanticEqual(spec[field], old.spec[field])) delete spec[field];
}

/** Drops what the new type has no use for. */
export function dropForType(next: Draft<Service>, old: Service): void {
  const { spec } = next;
  if (needsAddress(old) && !needsAddress(next)) {
    if ((spec.clusterIP ?? '') === (old.spec.clusterIP ?? '') && sameList(spec.clusterIPs, old.spec.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    dropUnchanged(spec, old, 'ipFamilies', 'ipFamilyPolicy');
  }
  if (needsNodePorts(old) && !needsNodePorts(next)) {
    const before = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
    const unchanged = (spec.ports ?? []).every(({ nodePort }) => (nodePort ?? 0) === 0 || before.has(nodePort));
    if (unchanged) for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(next)) dropUnchanged(spec, old, 'healthCheckNodePort');
  if (old.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    dropUnchanged(spec, old, 'allocateLoadBalancerNodePorts', 'loadBalancerClass');
  if (isExternal(old) && !isExternal(next)) dropUnchanged(spec, old, 'externalTrafficPolicy');
  if (spec.type !== 'LoadBalancer') next.status.loadBalancer = {};
}

/** Whether anything outside the cluster can reach the Service. */
const isExternal = (object: Pick<Service, 'spec'>): boolean =>
  opensNodePorts(object) || (object.spec.type === 'ClusterIP' && (object.spec.externalIPs ?? []).length > 0);
