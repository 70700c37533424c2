// The host name and domain that a Pod has for itself.

import type { Pod } from '../../../api/core/v1/pod.ts';

const LONGEST = 63;
/** Linux keeps 64 characters. */
const LONGEST_FQDN = 64;

export interface PodHostname {
  readonly hostname: string;
  /** '' unless the Pod has a subdomain. */
  readonly domain: string;
}

/** By name, hostname, subdomain and override. */
export function podHostname({ metadata, spec }: Pod, clusterDomain: string): PodHostname {
  if (spec.hostnameOverride !== undefined) return { hostname: truncate(spec.hostnameOverride), domain: '' };
  const hostname = truncate(spec.hostname || (metadata.name ?? ''));
  const { subdomain = '' } = spec;
  return { hostname, domain: subdomain === '' ? '' : `${subdomain}.${metadata.namespace}.svc.${clusterDomain}` };
}

const truncate = (name: string): string => (name.length <= LONGEST ? name : name.slice(0, LONGEST).replace(/[-.]+$/, ''));

/** What the kernel is told: the short name, or the full one where the Pod asks for it. Throws when that is too long. */
export function kernelHostname(pod: Pod, { hostname, domain }: PodHostname): string {
  if (pod.spec.setHostnameAsFQDN !== true || domain === '') return hostname;
  const full = `${hostname}.${domain}`;
  if (full.length <= LONGEST_FQDN) return full;
  throw new Error(
    `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${LONGEST_FQDN} characters is the max, ${full.length} characters requested)`,
  );
}
