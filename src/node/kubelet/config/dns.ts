// Where a Pod's resolver asks, by its dnsPolicy and dnsConfig.

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { DNSConfigInput } from '../../runtime/index.ts';

export interface DnsFacts {
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** The text of the node's resolv.conf. */
  readonly nodeResolvConf: string;
}

interface Resolver {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

/** The Pod's resolver. */
export function podDns(pod: Pod, facts: DnsFacts): DNSConfigInput {
  const { servers, searches, options } = withOwnConfig(pod, byPolicy(pod, facts));
  return { servers: unique(servers).slice(0, MAX_SERVERS), searches: limited(unique(searches)), options: [...options] };
}

function byPolicy(pod: Pod, facts: DnsFacts): Resolver {
  const { dnsPolicy = 'ClusterFirst', hostNetwork } = pod.spec;
  if (dnsPolicy === 'None') return { servers: [], searches: [], options: [] };
  const node = parseResolvConf(facts.nodeResolvConf);
  const cluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && hostNetwork !== true);
  if (!cluster || facts.clusterDns.length === 0) return node;
  const { clusterDomain } = facts;
  const own = clusterDomain === '' ? [] : [`${pod.metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { servers: facts.clusterDns, searches: [...own, ...node.searches], options: ['ndots:5'] };
}

function withOwnConfig(pod: Pod, base: Resolver): Resolver {
  const own = pod.spec.dnsConfig;
  if (own === undefined) return base;
  return {
    servers: [...base.servers, ...(own.nameservers ?? [])],
    searches: [...base.searches, ...(own.searches ?? [])],
    options: mergeOptions(base.options, own.options ?? []),
  };
}

function mergeOptions(
  base: readonly string[],
  own: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[],
): string[] {
  const merged = new Map(base.map((option): [string, string] => [option.split(':', 1)[0] ?? '', option]));
  for (const { name = '', value } of own) if (name !== '') merged.set(name, value === undefined ? name : `${name}:${value}`);
  return [...merged.values()];
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];

function limited(searches: readonly string[]): string[] {
  const kept: string[] = [];
  for (const search of searches.slice(0, MAX_SEARCHES)) {
    if ([...kept, search].join(' ').length > MAX_SEARCH_CHARACTERS) break;
    kept.push(search);
  }
  return kept;
}

/** What a resolv.conf says; the last `search` and `options` lines count. */
export function parseResolvConf(text: string): Resolver {
  const servers: string[] = [];
  let searches: readonly string[] = [];
  let options: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && values[0] !== undefined) servers.push(values[0]);
    else if (keyword === 'search') searches = values.map((value) => (value === '.' ? value : value.replace(/\.$/, '')));
    else if (keyword === 'options') options = values;
  }
  return { servers, searches, options };
}
