// Checks of a Pod's names and of how it looks names up.

import { checkDns1123Label, checkDns1123Subdomain, checkDns1123SubdomainWithUnderscore } from '../../../machinery/formats/dns.ts';
import { validateLegacyIp } from '../../../machinery/formats/ip.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { forbidden, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { complaints, requiredChoice } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { HostAlias, PodDNSConfig, PodSpec } from './pod-spec.ts';

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MOST_NAMESERVERS = 3;
const MOST_SEARCH_PATHS = 32;
const MOST_SEARCH_CHARACTERS = 2048;
const LONGEST_HOSTNAME = 64;

export const validateDnsPolicy = (policy: string | undefined, at: FieldPath): Problems => requiredChoice(at, policy, DNS_POLICIES);

/** Checks the resolver settings of a Pod. */
export function* validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, at: FieldPath): Problems {
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) return yield required(at, 'must provide `dnsConfig` when `dnsPolicy` is None');
    if ((dnsConfig.nameservers ?? []).length === 0)
      return yield required(at.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  }
  if (dnsConfig !== undefined) yield* validateResolver(dnsConfig, at);
}

function* validateResolver({ nameservers = [], searches = [], options = [] }: PodDNSConfig, at: FieldPath): Problems {
  if (nameservers.length > MOST_NAMESERVERS) yield invalid(at.child('nameservers'), nameservers, 'must not have more than 3 nameservers');
  for (const [index, server] of nameservers.entries()) yield* validateLegacyIp(at.child('nameservers').index(index), server, true);
  const here = at.child('searches');
  if (searches.length > MOST_SEARCH_PATHS) yield invalid(here, searches, 'must not have more than 32 search paths');
  if (searches.join(' ').length > MOST_SEARCH_CHARACTERS)
    yield invalid(here, searches, 'must not have more than 2048 characters (including spaces) in the search list');
  for (const [index, search] of searches.entries()) {
    if (search === '.') continue;
    const domain = search.replace(/\.$/, '');
    yield* complaints(here.index(index), domain, checkDns1123SubdomainWithUnderscore(domain));
  }
  for (const [index, { name = '' }] of options.entries())
    if (name === '') yield required(at.child('options').index(index), 'must not be empty');
}

/** Checks the lines that a Pod's hosts file gets. */
export function* validateHostAliases(aliases: readonly HostAlias[], at: FieldPath): Problems {
  for (const [index, { ip, hostnames = [] }] of aliases.entries()) {
    yield* validateLegacyIp(at.index(index).child('ip'), ip, true);
    for (const [nameIndex, name] of hostnames.entries())
      yield* complaints(at.index(index).child('hostnames').index(nameIndex), name, checkDns1123Subdomain(name));
  }
}

/** Checks a host name that replaces the one made of the Pod's name. */
export function* validateHostnameOverride(spec: PodSpec, at: FieldPath): Problems {
  const { hostnameOverride: name } = spec;
  if (name === undefined) return;
  const here = at.child('hostnameOverride');
  if (spec.setHostnameAsFQDN === true) yield forbidden(here, 'may not be specified when setHostnameAsFQDN is true');
  if (spec.hostNetwork === true) yield forbidden(here, 'may not be specified when hostNetwork is true');
  if (name.length > LONGEST_HOSTNAME) yield tooLong(here, LONGEST_HOSTNAME);
  yield* complaints(here, name, checkDns1123Subdomain(name));
}

/** An optional DNS label: a Pod's host name or its subdomain. */
export function* validateOptionalLabel(value: string | undefined, at: FieldPath): Problems {
  if (value !== undefined && value !== '') yield* complaints(at, value, checkDns1123Label(value));
}
