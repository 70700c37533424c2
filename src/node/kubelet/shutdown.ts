// Ends a node's Pods as a machine does that shuts down: gracefully, and their objects stay, so that the same Pods run again later.

import type { Pod } from '../../api/core/v1/pod.ts';
import { isAbort } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { CriClient } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { ContainerEnder } from './container-ender.ts';
import { podUid } from './pod-names.ts';
import { RuntimeReader } from './runtime-reader.ts';
import { TerminationMessages } from './termination-message.ts';

export interface NodeShutdownOptions {
  readonly scope: NodeScope;
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The Pods as the API knows them: their hooks and grace periods. Others get a short one. */
  readonly pods: readonly Pod[];
  /** The longest that a Pod gets, whatever it asks for. */
  readonly maxGraceSeconds?: number;
}

const DEFAULT_MAX_GRACE_SECONDS = 30;
const UNKNOWN_GRACE_SECONDS = 2;

/** Ends every container and stops every sandbox; the kubelet must have ended before. */
export async function shutdownNode(options: NodeShutdownOptions, signal: AbortSignal): Promise<void> {
  const { scope, cri, clock, logger, pods } = options;
  const reader = new RuntimeReader({ cri, clock, messages: new TerminationMessages(scope) });
  const ender = new ContainerEnder({ cri, clock, events: { record() {} } });
  const byUid = new Map(pods.map((pod) => [podUid(pod), pod]));
  const listed = [...(await reader.listPods(signal)).values()];
  await Promise.all(
    listed.map(async ({ identity }) => {
      try {
        await endPod(identity.uid, byUid.get(identity.uid));
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        logger.warn('a Pod did not end with its node', { ...identity, error });
      }
    }),
  );

  async function endPod(uid: string, pod: Pod | undefined): Promise<void> {
    const runtime = await reader.read(uid, signal);
    if (pod === undefined) {
      const running = runtime.containers.filter(({ state }) => state === 'running');
      await Promise.all(running.map(({ id }) => ender.stop(id, UNKNOWN_GRACE_SECONDS, signal)));
    } else {
      const { maxGraceSeconds = DEFAULT_MAX_GRACE_SECONDS } = options;
      const graceSeconds = Math.min(maxGraceSeconds, Number(pod.spec.terminationGracePeriodSeconds ?? maxGraceSeconds));
      await ender.endAll(pod, runtime, { graceSeconds }, signal);
    }
    for (const { id, ready } of runtime.sandboxes) if (ready) await cri.stopPodSandbox({ podSandboxId: id }, { signal });
  }
}
