// The IP families of a Service: what its user left open is filled in, and what this cluster cannot give is refused.

import type { Service } from '../../../api/core/v1/service.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import { ipFamily } from '../../../machinery/formats/ip.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { needsAddress, NONE } from './service-fields.ts';

export type Family = 'IPv4' | 'IPv6';

const spec = FieldPath.root.child('spec');
const POLICY = spec.child('ipFamilyPolicy');
const SINGLE = 'SingleStack';

export const familyOf = (address: string): Family => (ipFamily(address) === 6 ? 'IPv6' : 'IPv4');
const otherFamily = (family: string | undefined): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4');

const same = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean => semanticEqual(a ?? [], b ?? []);
const reduced = (next: readonly string[] | undefined, old: readonly string[] | undefined): boolean =>
  (next ?? []).length > 0 && (next ?? []).length < (old ?? []).length;

/** A Service that prefers two families stays as it is until its user says otherwise, whatever the cluster has now. */
export function keepsPreference(next: Draft<Service>, old: Service | undefined): boolean {
  if (old === undefined || next.spec.ipFamilyPolicy !== 'PreferDualStack' || !needsAddress(next)) return false;
  if (old.spec.type !== next.spec.type || (old.spec.ipFamilyPolicy ?? 'PreferDualStack') !== 'PreferDualStack') return false;
  return same(old.spec.clusterIPs, next.spec.clusterIPs) && same(old.spec.ipFamilies, next.spec.ipFamilies);
}

function fillPolicy(next: Draft<Service>, old: Service | undefined): void {
  if (next.spec.ipFamilyPolicy !== undefined) return;
  const selectorless = Object.keys(next.spec.selector ?? {}).length === 0;
  if (old?.spec.ipFamilyPolicy !== undefined) next.spec.ipFamilyPolicy = old.spec.ipFamilyPolicy;
  else next.spec.ipFamilyPolicy = next.spec.clusterIP === NONE && selectorless ? 'RequireDualStack' : SINGLE;
}

/** A change towards a single family gives up the second address; anything else must not lose it silently. */
function shrink(next: Draft<Service>, old: Service): Problem[] {
  const { spec: after } = next;
  if (after.ipFamilyPolicy === SINGLE) {
    if (same(old.spec.clusterIPs, after.clusterIPs) && (after.clusterIPs ?? []).length > 1)
      after.clusterIPs = (after.clusterIPs ?? []).slice(0, 1);
    if (same(old.spec.ipFamilies, after.ipFamilies) && (after.ipFamilies ?? []).length > 1)
      after.ipFamilies = (after.ipFamilies ?? []).slice(0, 1);
    return [];
  }
  const problems: Problem[] = [];
  if (reduced(after.clusterIPs, old.spec.clusterIPs))
    problems.push(invalid(POLICY, after.ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"));
  if (reduced(after.ipFamilies, old.spec.ipFamilies))
    problems.push(invalid(POLICY, after.ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"));
  return problems;
}

function singleProblems({ spec: after }: Draft<Service>): Problem[] {
  if (after.ipFamilyPolicy !== SINGLE) return [];
  const problems: Problem[] = [];
  const must = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if ((after.clusterIPs ?? []).length === 2) problems.push(invalid(POLICY, after.ipFamilyPolicy, `${must} cluster IPs are specified`));
  if ((after.ipFamilies ?? []).length === 2) problems.push(invalid(POLICY, after.ipFamilyPolicy, `${must} IP families are specified`));
  return problems;
}

function inferFromAddresses({ spec: after }: Draft<Service>, configured: readonly Family[]): Problem[] {
  const problems: Problem[] = [];
  const families = [...(after.ipFamilies ?? [])];
  for (const [index, address] of (after.clusterIPs ?? []).entries()) {
    if (address === NONE) break;
    const family = familyOf(address);
    if (index < families.length) continue;
    if (configured.includes(family)) families.push(family);
    else problems.push(invalid(spec.child('clusterIPs').index(index), after.clusterIPs, `${family} is not configured on this cluster`));
  }
  if (families.length > 0) after.ipFamilies = families;
  return problems;
}

/** Fills in policy and families; `configured` are the cluster's, the default one first. */
export function fillFamilies(next: Draft<Service>, old: Service | undefined, configured: readonly Family[]): readonly Problem[] {
  if (!needsAddress(next) || keepsPreference(next, old)) return [];
  fillPolicy(next, old);
  const problems = [...(old === undefined ? [] : shrink(next, old)), ...singleProblems(next), ...inferFromAddresses(next, configured)];
  if (problems.length > 0) return problems;
  const { spec: after } = next;
  const [preferred = 'IPv4'] = configured;
  if (after.clusterIP === NONE && Object.keys(after.selector ?? {}).length === 0) {
    // Who fills in the endpoints of such a Service is not ours to know: both families are allowed, on any cluster.
    const [first = preferred, ...rest] = after.ipFamilies ?? [];
    after.ipFamilies = rest.length === 0 && after.ipFamilyPolicy !== SINGLE ? [first, otherFamily(first)] : [first, ...rest];
    return [];
  }
  if (after.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    problems.push(invalid(POLICY, after.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [index, family] of (after.ipFamilies ?? []).entries()) {
    if (!configured.includes(family as Family))
      problems.push(invalid(spec.child('ipFamilies').index(index), family, 'not configured on this cluster'));
  }
  if (problems.length > 0) return problems;
  if ((after.ipFamilies ?? []).length === 0) after.ipFamilies = [preferred];
  if (after.ipFamilyPolicy !== SINGLE && (after.ipFamilies ?? []).length === 1 && configured.length === 2) {
    after.ipFamilies = [...(after.ipFamilies ?? []), otherFamily(after.ipFamilies?.[0])];
  }
  return [];
}
