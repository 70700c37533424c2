// The sandbox of a Pod as the runtime is asked for it.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { isSidecar } from '../../../api/core/v1/pod-resources.ts';
import type { PodSandboxConfigInput, PortMappingInput } from '../../runtime/index.ts';
import { sandboxLabels } from '../labels.ts';
import { identityOf, podLogFolder } from '../pod-names.ts';
import type { DnsFacts } from './dns.ts';
import { podDns } from './dns.ts';
import { kernelHostname, podHostname } from './hostname.ts';
import { sandboxSecurity } from './security.ts';

export interface SandboxFacts extends DnsFacts {
  readonly podLogs: string;
  readonly cgroupParent: string;
}

/** What the runtime needs to make the sandbox. Throws when the Pod's host name does not fit. */
export function sandboxConfig(pod: Pod, attempt: number, facts: SandboxFacts): PodSandboxConfigInput {
  const { uid, namespace, name } = identityOf(pod);
  const sysctls = (pod.spec.securityContext?.sysctls ?? []).map((each): [string, string] => [each.name.replaceAll('/', '.'), each.value]);
  return {
    metadata: { name, namespace, uid, attempt },
    // On the node's network the node's name stays.
    hostname: pod.spec.hostNetwork === true ? '' : kernelHostname(pod, podHostname(pod, facts.clusterDomain)),
    logDirectory: podLogFolder(facts.podLogs, { uid, namespace, name }),
    dnsConfig: podDns(pod, facts),
    portMappings: portMappings(pod),
    labels: sandboxLabels(pod),
    annotations: { ...pod.metadata.annotations },
    linux: { cgroupParent: facts.cgroupParent, securityContext: sandboxSecurity(pod), sysctls: Object.fromEntries(sysctls) },
  };
}

function portMappings({ spec }: Pod): PortMappingInput[] {
  if (spec.hostNetwork === true) return [];
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  return containers
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostPort = 0, containerPort, protocol, hostIP = '' }) => ({
      hostPort,
      containerPort,
      protocol: protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP',
      hostIp: hostIP,
    }));
}
