// Checks of a Service's addresses and IP families, by themselves and against the stored ones.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { ipFamily, validateLegacyIp } from '../../../machinery/formats/ip.ts';
import { duplicate, invalid, notSupported, required } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';
import { supported } from '../../value-checks.ts';
import { isHeadless } from './service-traffic.ts';
import type { ServiceSpec } from './service.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const MAXIMUM_CLUSTER_IPS = 2;

/** Checks clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy together. */
export function* validateClusterAddresses(spec: ServiceSpec, old: ServiceSpec | undefined, at: FieldPath): Problems {
  if (spec.type === 'ExternalName') return;
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const here = at.child('clusterIPs');
  yield* agreement(spec, here);
  yield* validateFamilies(ipFamilies, at.child('ipFamilies'));
  yield* supported(at.child('ipFamilyPolicy'), spec.ipFamilyPolicy, FAMILY_POLICIES);
  const wrong = [...validateIps(clusterIPs, old?.clusterIPs ?? [], here)];
  yield* wrong;
  if (clusterIPs.length > MAXIMUM_CLUSTER_IPS) yield invalid(here, clusterIPs, 'may only hold up to 2 values');
  // Families of addresses that are none would only confuse.
  if (wrong.length > 0) return;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(ipFamily)).size < 2)
    yield invalid(here, clusterIPs, 'may specify no more than one IP for each IP family');
  if (!isHeadless(spec)) yield* matchFamilies(clusterIPs, ipFamilies, here);
}

function* agreement({ clusterIP = '', clusterIPs = [] }: ServiceSpec, at: FieldPath): Problems {
  if (clusterIP === '') {
    if (clusterIPs.length > 0) yield invalid(at, clusterIPs, 'must be empty when `clusterIP` is not specified');
  } else if (clusterIPs.length === 0) yield required(at);
  else if (clusterIPs[0] !== clusterIP) yield invalid(at, clusterIPs, 'first value must match `clusterIP`');
}

function* validateFamilies(families: readonly string[], at: FieldPath): Problems {
  for (const [index, family] of families.entries()) {
    if (!FAMILIES.includes(family)) yield notSupported(at.index(index), family, FAMILIES);
    if (families.indexOf(family) < index) yield duplicate(at.index(index), family);
  }
}

function* validateIps(clusterIPs: readonly string[], old: readonly string[], at: FieldPath): Problems {
  for (const [index, each] of clusterIPs.entries()) {
    if (index > 0 || each !== 'None') yield* validateLegacyIp(at.index(index), each, true, old);
    else if (clusterIPs.length > 1) yield invalid(at, clusterIPs, "'None' must be the first and only value");
  }
}

function* matchFamilies(clusterIPs: readonly string[], families: readonly string[], at: FieldPath): Problems {
  for (const [index, each] of clusterIPs.entries()) {
    const family = families[index];
    const isSix = ipFamily(each) === 6;
    const unlike = (family === 'IPv4' && isSix) || (family === 'IPv6' && !isSix);
    if (unlike) yield invalid(at.index(index), each, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``);
  }
}

/** Primary addresses and families stay; secondary ones may come and go. */
export function* validateAddressChange(spec: ServiceSpec, old: ServiceSpec, at: FieldPath): Problems {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return;
  const headless = isHeadless(spec);
  const wasHeadless = isHeadless(old);
  if (!(headless && wasHeadless)) yield* clusterIPsChange(spec, old, at);
  if (!headless && !wasHeadless) yield* familiesChange(spec, old, at);
}

function* clusterIPsChange(spec: ServiceSpec, old: ServiceSpec, at: FieldPath): Problems {
  const { clusterIPs: next = [] } = spec;
  const { clusterIPs: before = [] } = old;
  const here = at.child('clusterIPs');
  const fixed = 'may not change once set';
  if (before.length === next.length) {
    for (const [index, each] of before.entries()) if (each !== next[index]) yield invalid(here.index(index), next, fixed);
    return;
  }
  const shrinks = before.length > next.length;
  if (shrinks && next.length === 0) yield invalid(here.index(0), spec.clusterIPs, 'primary clusterIP can not be unset');
  if (before.length > 0 && next.length > 0 && next[0] !== before[0]) yield invalid(here.index(0), next, fixed);
  if (shrinks && next.length === 1) yield* singleStackOnly(spec, 'clusterIP', at);
}

function* familiesChange(spec: ServiceSpec, old: ServiceSpec, at: FieldPath): Problems {
  const { ipFamilies: next = [] } = spec;
  const { ipFamilies: before = [] } = old;
  const here = at.child('ipFamilies').index(0);
  const fixed = 'may not change once set';
  if (before.length === next.length) {
    for (const [index, each] of before.entries()) if (each !== next[index]) yield invalid(here, next, fixed);
    return;
  }
  const shrinks = before.length > next.length;
  // Upstream looks at the addresses here, and shows them below.
  if (shrinks && (spec.clusterIPs ?? []).length === 0) yield invalid(here, spec.ipFamilies, 'primary ipFamily can not be unset');
  if (before.length > 0 && next.length > 0 && next[0] !== before[0]) yield invalid(here, spec.clusterIPs, fixed);
  if (shrinks && next.length === 1) yield* singleStackOnly(spec, 'ipFamily', at);
}

function* singleStackOnly({ ipFamilyPolicy }: ServiceSpec, released: string, at: FieldPath): Problems {
  if (ipFamilyPolicy !== 'SingleStack')
    yield invalid(at.child('ipFamilyPolicy'), ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${released}`);
}
