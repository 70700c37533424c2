// `tyke kubelet`: this machine as a node, with its own containerd, talking to any API server.

import { readFileSync } from 'node:fs';
import { createContainerEnvironment, createPodVolumes, runKubelet, runKubeletServer } from '../../node/kubelet/index.ts';
import { createMachineNetwork, writeCniConfig } from '../../node/network/index.ts';
import { ContainerdSupervisor, createCriClient, ensurePauseImage } from '../../node/runtime/index.ts';
import { withConnection } from './connection.ts';
import { machineNode } from './machine-node.ts';
import type { MachineNodeFlags } from './machine-node.ts';

export interface KubeletFlags extends MachineNodeFlags {
  readonly podCidr: string;
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  readonly clusterDns: string;
  readonly port: number;
}

const MTU = 1500;

export function kubeletFace(flags: KubeletFlags, signal: AbortSignal): Promise<void> {
  return withConnection('kubelet', flags, signal, async ({ client, settings, clock, random, logger }) => {
    const scope = await machineNode(flags);
    await createMachineNetwork(scope, clock, signal);
    await writeCniConfig(scope, { mtu: MTU });
    const supervisor = new ContainerdSupervisor({ scope, clock, random, logger });
    await supervisor.start(signal);
    const cri = createCriClient({ socket: () => scope.socket, clock, random });
    try {
      await ensurePauseImage({ scope, client: cri, clock }, signal);
      const tls = {
        cert: readFileSync(flags.tlsCertFile, 'utf8'),
        key: readFileSync(flags.tlsPrivateKeyFile, 'utf8'),
        clientCa: settings.ca ?? '',
      };
      await runKubelet(
        {
          scope,
          cri,
          client,
          clock,
          random,
          logger,
          nodeName: flags.nodeName,
          volumes: createPodVolumes,
          environment: createContainerEnvironment,
          serve: (kubelet, served) => runKubeletServer({ ...kubelet, tls, port: flags.port }, served),
          clusterDns: [flags.clusterDns],
          clusterDomain: 'cluster.local',
          kubeletPort: flags.port,
        },
        signal,
      );
    } finally {
      cri.close();
      await supervisor.detach();
    }
  });
}
