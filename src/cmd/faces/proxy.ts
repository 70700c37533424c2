// `tyke proxy`: the service proxy of this machine, talking to any API server.

import { runProxy } from '../../node/proxy/index.ts';
import { withConnection } from './connection.ts';
import { machineNode } from './machine-node.ts';
import type { MachineNodeFlags } from './machine-node.ts';

export function proxyFace(flags: MachineNodeFlags, signal: AbortSignal): Promise<void> {
  return withConnection('kube-proxy', flags, signal, async (parts) => {
    const scope = await machineNode(flags);
    await runProxy({ ...parts, scope, nodeName: flags.nodeName }, signal);
  });
}
