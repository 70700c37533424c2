// Checks of Services: what each type may and must have, traffic policies, and what may not change.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { validateLegacyCidr } from '../../../machinery/formats/cidr.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { parseIpSloppy, validateLegacyIp } from '../../../machinery/formats/ip.ts';
import { checkQualifiedName, validateLabels } from '../../../machinery/formats/label.ts';
import { checkPortNumber } from '../../../machinery/formats/port.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, notSupported, notSupportedText, required } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints, requiredChoice, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { validateEndpointIp } from './endpoint-address-validation.ts';
import { validateAddressChange, validateClusterAddresses } from './service-address-validation.ts';
import { validateDistinctPorts, validateServicePorts } from './service-port-validation.ts';
import { isExternallyAccessible, isHeadless, needsHealthCheck } from './service-traffic.ts';
import type { LoadBalancerIngress, ServiceSpec, ServiceStatus } from './service.ts';

interface ServiceObject extends KubeObject {
  readonly spec: ServiceSpec;
  readonly status: ServiceStatus;
}

const SESSION_AFFINITIES = ['ClientIP', 'None'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const IP_MODES = ['Proxy', 'VIP'];
const LONGEST_AFFINITY_SECONDS = 86_400;
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_LOAD_BALANCERS = "may only be used when `type` is 'LoadBalancer'";

/** Checks the spec of a Service and how it differs from the stored one. */
export function* validateService(next: ServiceObject, old: ServiceObject | undefined, at: FieldPath): Problems {
  const { spec, metadata } = next;
  const here = at.child('spec');
  if (old !== undefined) yield* validateChange(spec, old.spec, here);
  yield* agreeingAnnotations(metadata.annotations, at.child('metadata', 'annotations'));
  yield* validateType(spec, here);
  yield* validateServicePorts(spec.ports ?? [], here.child('ports'));
  yield* validateLabels(spec.selector, here.child('selector'));
  yield* validateAffinity(spec, here);
  yield* validateClusterAddresses(spec, old?.spec, here);
  for (const [index, ip] of (spec.externalIPs ?? []).entries()) {
    const problems = validateLegacyIp(here.child('externalIPs').index(index), ip, true, old?.spec.externalIPs ?? []);
    yield* problems.length > 0 ? problems : validateEndpointIp(here.child('externalIPs').index(index), ip);
  }
  yield* requiredChoice(here.child('type'), spec.type, TYPES);
  yield* validateDistinctPorts(spec.ports ?? [], spec.type ?? '', here.child('ports'));
  yield* validateSourceRanges(next, old, at);
  yield* validateLoadBalancerFields(spec, at);
  yield* validateTrafficPolicies(spec, here);
}

function* validateChange(spec: ServiceSpec, old: ServiceSpec, at: FieldPath): Problems {
  yield* validateAddressChange(spec, old, at);
  const bothBalanced = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  if (bothBalanced && spec.loadBalancerClass !== old.loadBalancerClass)
    yield invalid(at.child('loadBalancerClass'), spec.loadBalancerClass, 'may not change once set');
  yield* validateLoadBalancerClass(spec, at);
  const checked = needsHealthCheck(spec) && needsHealthCheck(old);
  if (checked && spec.healthCheckNodePort !== old.healthCheckNodePort)
    yield forbidden(at.child('healthCheckNodePort'), 'field is immutable');
}

function* agreeingAnnotations(annotations: Readonly<Record<string, string>> | undefined, at: FieldPath): Problems {
  const hints = lookup(annotations, TOPOLOGY_HINTS);
  const mode = lookup(annotations, TOPOLOGY_MODE);
  if (hints !== undefined && mode !== undefined && hints !== mode)
    yield invalid(at.key(TOPOLOGY_MODE), mode, `must match annotations[${TOPOLOGY_HINTS}] when both are specified`);
}

function* validateType(spec: ServiceSpec, at: FieldPath): Problems {
  const { type = '', ports = [], clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const headless = isHeadless(spec);
  if (ports.length === 0 && !headless && type !== 'ExternalName') yield required(at.child('ports'));
  if (headless && (type === 'LoadBalancer' || type === 'NodePort'))
    yield invalid(at.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`);
  if (type !== 'ExternalName') return;
  const refusal = 'may not be set for ExternalName services';
  if (clusterIPs.length > 0) yield forbidden(at.child('clusterIPs'), refusal);
  if (ipFamilies.length > 0) yield forbidden(at.child('ipFamilies'), refusal);
  if (ipFamilyPolicy !== undefined) yield forbidden(at.child('ipFamilyPolicy'), refusal);
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') yield required(at.child('externalName'));
  else yield* complaints(at.child('externalName'), name, checkDns1123Subdomain(name));
}

function* validateAffinity({ sessionAffinity = '', sessionAffinityConfig }: ServiceSpec, at: FieldPath): Problems {
  yield* requiredChoice(at.child('sessionAffinity'), sessionAffinity, SESSION_AFFINITIES);
  const here = at.child('sessionAffinityConfig');
  if (sessionAffinity === 'None' && sessionAffinityConfig !== undefined)
    yield forbidden(here, 'must not be set when session affinity is None');
  if (sessionAffinity !== 'ClientIP') return;
  const because = 'when session affinity type is ClientIP';
  const clientIP = sessionAffinityConfig?.clientIP;
  const seconds = clientIP?.timeoutSeconds;
  if (sessionAffinityConfig === undefined) yield required(here, because);
  else if (clientIP === undefined) yield required(here.child('clientIP'), because);
  else if (seconds === undefined) yield required(here.child('clientIP', 'timeoutSeconds'), because);
  else if (seconds <= 0 || seconds > LONGEST_AFFINITY_SECONDS)
    yield invalid(here.child('clientIP', 'timeoutSeconds'), seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`);
}

function* validateSourceRanges(next: ServiceObject, old: ServiceObject | undefined, at: FieldPath): Problems {
  const { loadBalancerSourceRanges: ranges = [], type } = next.spec;
  if (ranges.length > 0) {
    const here = at.child('spec', 'LoadBalancerSourceRanges');
    if (type !== 'LoadBalancer') yield forbidden(here, ONLY_LOAD_BALANCERS);
    const known = (old?.spec.loadBalancerSourceRanges ?? []).map((each) => each.trim());
    for (const [index, each] of ranges.entries()) yield* validateLegacyCidr(here.index(index), each.trim(), true, known);
    return;
  }
  const text = lookup(next.metadata.annotations, SOURCE_RANGES);
  if (text === undefined) return;
  const here = at.child('metadata', 'annotations').key(SOURCE_RANGES);
  if (type !== 'LoadBalancer') yield forbidden(here, ONLY_LOAD_BALANCERS);
  if (lookup(old?.metadata.annotations, SOURCE_RANGES) === text || text.trim() === '') return;
  for (const each of text.trim().split(',')) yield* validateLegacyCidr(here, each.trim(), true);
}

function* validateLoadBalancerFields(spec: ServiceSpec, at: FieldPath): Problems {
  const name = 'allocateLoadBalancerNodePorts';
  const balanced = spec.type === 'LoadBalancer';
  if (!balanced && spec[name] !== undefined) yield forbidden(at.child('spec', name), ONLY_LOAD_BALANCERS);
  if (balanced && spec[name] === undefined) yield required(at.child(name));
  yield* validateLoadBalancerClass(spec, at.child('spec'));
}

function* validateLoadBalancerClass({ type, loadBalancerClass }: ServiceSpec, at: FieldPath): Problems {
  if (loadBalancerClass === undefined) return;
  const here = at.child('loadBalancerClass');
  if (type !== 'LoadBalancer') yield forbidden(here, ONLY_LOAD_BALANCERS);
  else yield* complaints(here, loadBalancerClass, checkQualifiedName(loadBalancerClass));
}

function* validateTrafficPolicies(spec: ServiceSpec, at: FieldPath): Problems {
  const { type, externalTrafficPolicy = '', healthCheckNodePort = 0, internalTrafficPolicy } = spec;
  if (isExternallyAccessible(spec)) yield* requiredChoice(at.child('externalTrafficPolicy'), externalTrafficPolicy, TRAFFIC_POLICIES);
  else if (externalTrafficPolicy !== '')
    yield invalid(at.child('externalTrafficPolicy'), externalTrafficPolicy, 'may only be set for externally-accessible services');
  const port = at.child('healthCheckNodePort');
  if (!needsHealthCheck(spec)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (healthCheckNodePort !== 0) yield invalid(port, healthCheckNodePort, detail);
  } else if (healthCheckNodePort === 0) yield required(port);
  else yield* complaints(port, healthCheckNodePort, checkPortNumber(healthCheckNodePort));
  const internal = at.child('internalTrafficPolicy');
  const routed = type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP';
  if (internalTrafficPolicy === undefined && routed) yield required(internal);
  yield* supported(internal, internalTrafficPolicy, TRAFFIC_POLICIES);
  const { trafficDistribution } = spec;
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution))
    yield notSupportedText(at.child('trafficDistribution'), trafficDistribution, DISTRIBUTIONS);
}

/** Checks what a load balancer reports. */
export function* validateServiceStatus(next: ServiceObject, old: ServiceObject | undefined, at: FieldPath): Problems {
  const { ingress = [] } = next.status.loadBalancer;
  const here = at.child('status', 'loadBalancer', 'ingress');
  if (next.spec.type !== 'LoadBalancer' && ingress.length > 0)
    return yield forbidden(here, "may only be used when `spec.type` is 'LoadBalancer'");
  const known = (old?.status.loadBalancer.ingress ?? []).flatMap(({ ip = '' }) => (ip === '' ? [] : [ip]));
  for (const [index, each] of ingress.entries()) yield* validateIngress(each, known, here.index(index));
}

function* validateIngress({ ip = '', ipMode, hostname = '' }: LoadBalancerIngress, known: readonly string[], at: FieldPath): Problems {
  if (ip !== '') yield* validateLegacyIp(at.child('ip'), ip, true, known);
  const mode = at.child('ipMode');
  if (ipMode === undefined) {
    if (ip !== '') yield required(mode, 'must be specified when `ip` is set');
  } else if (ip === '') yield forbidden(mode, 'may not be specified when `ip` is not set');
  else if (!IP_MODES.includes(ipMode)) yield notSupported(mode, ipMode, IP_MODES);
  if (hostname === '') return;
  yield* complaints(at.child('hostname'), hostname, checkDns1123Subdomain(hostname));
  if (parseIpSloppy(hostname) !== undefined) yield invalid(at.child('hostname'), hostname, 'must be a DNS name, not an IP address');
}
