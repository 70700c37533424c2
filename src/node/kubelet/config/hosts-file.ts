// The /etc/hosts that the kubelet writes for a Pod.

import type { HostAlias } from '../../../api/core/v1/pod-spec.ts';
import type { PodHostname } from './hostname.ts';

const STANDARD = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** For a Pod with a network of its own. */
export function managedHosts(ips: readonly string[], { hostname, domain }: PodHostname, aliases: readonly HostAlias[]): string {
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`;
  const lines = ['# Kubernetes-managed hosts file.', ...STANDARD, ...ips.map((ip) => `${ip}\t${names}`)];
  return `${lines.join('\n')}\n${aliasLines(aliases)}`;
}

/** For a Pod on the node's network. */
export function hostNetworkHosts(nodeHosts: string, aliases: readonly HostAlias[]): string {
  return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${aliasLines(aliases)}`;
}

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}
