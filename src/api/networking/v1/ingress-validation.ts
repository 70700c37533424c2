// Checks of Ingresses: hosts, paths and backends.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, checkDns1123Subdomain, checkWildcardDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkPathSegmentName } from '../../../machinery/formats/identifier.ts';
import { parseIpSloppy, validateLegacyIp } from '../../../machinery/formats/ip.ts';
import { checkPortName, checkPortNumber } from '../../../machinery/formats/port.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { invalid, notSupported, required } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  HTTPIngressPath,
  IngressBackend,
  IngressLoadBalancerIngress,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressStatus,
  IngressTLS,
} from './ingress.ts';

interface IngressObject extends KubeObject {
  readonly spec: IngressSpec;
  readonly status: IngressStatus;
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const PATH_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const PATH_SUFFIXES = ['/..', '/.'];

/** Checks an Ingress; a stored one may keep what would not be taken today. */
export function* validateIngress(next: IngressObject, old: IngressObject | undefined, at: FieldPath): Problems {
  const { spec, metadata } = next;
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  const here = at.child('spec');
  if (rules.length === 0 && defaultBackend === undefined) yield invalid(here, null, 'either `defaultBackend` or `rules` must be specified');
  if (defaultBackend !== undefined) yield* validateBackend(defaultBackend, here.child('defaultBackend'));
  const keepsWildcards = (old?.spec.rules ?? []).some((rule) => isWildcard(rule) && [...validatePaths(rule, at)].length > 0);
  for (const [index, rule] of rules.entries()) yield* validateRule(rule, keepsWildcards, here.child('rules').index(index));
  const keepsSecrets = (old?.spec.tls ?? []).some(({ secretName = '' }) => checkSecretName(secretName).length > 0);
  for (const [index, each] of tls.entries()) yield* validateTls(each, keepsSecrets, here.child('tls').index(index));
  if (ingressClassName !== undefined)
    yield* complaints(here.child('ingressClassName'), ingressClassName, checkDns1123Subdomain(ingressClassName));
  const annotation = lookup(metadata.annotations, CLASS_ANNOTATION);
  if (old !== undefined || annotation === undefined || ingressClassName === undefined || annotation === ingressClassName) return;
  yield invalid(at.child('annotations', CLASS_ANNOTATION), annotation, 'must match `ingressClassName` when both are specified');
}

const checkSecretName = (name: string): string[] => (name === '' ? [] : checkDns1123Subdomain(name));
const isWildcard = ({ host = '' }: IngressRule): boolean => host.includes('*');
const checkHost = (host: string): string[] => (host.includes('*') ? checkWildcardDns1123Subdomain(host) : checkDns1123Subdomain(host));

function* validateTls({ hosts = [], secretName = '' }: IngressTLS, keepsSecrets: boolean, at: FieldPath): Problems {
  for (const [index, host] of hosts.entries()) yield* complaints(at.child('hosts').index(index), host, checkHost(host));
  if (!keepsSecrets) yield* complaints(at.child('secretName'), secretName, checkSecretName(secretName));
}

function* validateRule(rule: IngressRule, keepsWildcards: boolean, at: FieldPath): Problems {
  const { host = '' } = rule;
  if (host !== '') {
    if (parseIpSloppy(host) !== undefined) yield invalid(at.child('host'), host, 'must be a DNS name, not an IP address');
    yield* complaints(at.child('host'), host, checkHost(host));
  }
  if (!keepsWildcards || !isWildcard(rule)) yield* validatePaths(rule, at);
}

function* validatePaths({ http }: IngressRule, at: FieldPath): Problems {
  if (http === undefined) return;
  const here = at.child('http', 'paths');
  if (http.paths.length === 0) yield required(here);
  for (const [index, path] of http.paths.entries()) yield* validatePath(path, here.index(index));
}

function* validatePath({ path = '', pathType, backend }: HTTPIngressPath, at: FieldPath): Problems {
  if (pathType === undefined) return yield required(at.child('pathType'), 'pathType must be specified');
  const here = at.child('path');
  const strict = pathType === 'Exact' || pathType === 'Prefix';
  const loose = pathType === 'ImplementationSpecific';
  if ((strict || (loose && path !== '')) && !path.startsWith('/')) yield invalid(here, path, 'must be an absolute path');
  if (strict) {
    for (const each of PATH_SEQUENCES) if (path.includes(each)) yield invalid(here, path, `must not contain '${each}'`);
    for (const each of PATH_SUFFIXES) if (path.endsWith(each)) yield invalid(here, path, `cannot end with '${each}'`);
  }
  if (!strict && !loose) yield notSupported(at.child('pathType'), pathType, PATH_TYPES);
  yield* validateBackend(backend, at.child('backend'));
}

function* validateBackend({ service, resource }: IngressBackend, at: FieldPath): Problems {
  if (service !== undefined && resource !== undefined) yield invalid(at, '', 'cannot set both resource and service backends');
  else if (resource !== undefined) yield* validateResource(resource, at.child('resource'));
  else if (service !== undefined) yield* validateService(service, at);
  else yield invalid(at, '', 'resource or service backend is required');
}

interface TypedReference {
  readonly apiGroup?: string | undefined;
  readonly kind: string;
  readonly name: string;
}

/** Checks a reference to an object of any kind. */
export function* validateResource({ apiGroup, kind, name }: TypedReference, at: FieldPath): Problems {
  if (apiGroup !== undefined) yield* complaints(at.child('apiGroup'), apiGroup, checkDns1123Subdomain(apiGroup));
  if (kind === '') yield required(at.child('kind'));
  else yield* complaints(at.child('kind'), kind, checkPathSegmentName(kind));
  if (name === '') yield required(at.child('name'));
  else yield* complaints(at.child('name'), name, checkPathSegmentName(name));
}

function* validateService({ name, port }: IngressServiceBackend, at: FieldPath): Problems {
  const here = at.child('service');
  if (name === '') yield required(here.child('name'));
  else yield* complaints(here.child('name'), name, checkDns1123Label(name));
  const { name: portName = '', number = 0 } = port;
  if (portName !== '' && number !== 0) yield invalid(at, '', 'cannot set both port name & port number');
  else if (portName !== '') yield* complaints(here.child('port', 'name'), portName, checkPortName(portName));
  else if (number !== 0) yield* complaints(here.child('port', 'number'), number, checkPortNumber(number));
  else yield required(at, 'port name or number is required');
}

/** Checks what a load balancer reports. */
export function* validateIngressStatus(next: IngressObject, old: IngressObject | undefined, at: FieldPath): Problems {
  const known = (old?.status.loadBalancer.ingress ?? []).flatMap(({ ip = '' }) => (ip === '' ? [] : [ip]));
  const here = at.child('status', 'loadBalancer', 'ingress');
  for (const [index, each] of (next.status.loadBalancer.ingress ?? []).entries()) yield* validatePoint(each, known, here.index(index));
}

function* validatePoint({ ip = '', hostname = '' }: IngressLoadBalancerIngress, known: readonly string[], at: FieldPath): Problems {
  if (ip !== '') yield* validateLegacyIp(at.child('ip'), ip, true, known);
  if (hostname === '') return;
  yield* complaints(at.child('hostname'), hostname, checkDns1123Subdomain(hostname));
  if (parseIpSloppy(hostname) !== undefined) yield invalid(at.child('hostname'), hostname, 'must be a DNS name, not an IP address');
}
