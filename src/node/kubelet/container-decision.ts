// What is decided about one container: whether it is to run again, and why it is ended.

import type { Container } from '../../api/core/v1/container.ts';
import { containerShouldRestart } from '../../api/core/v1/container-restart.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { RuntimeContainer } from './runtime-state.ts';

export type KillReason = 'liveness' | 'startup' | 'other';

/** A container to end, and what the Event says of it. */
export interface ContainerKill {
  readonly container: RuntimeContainer;
  readonly message: string;
  readonly reason: KillReason;
}

/** Whether a container that is not running is to run (again). */
export function shouldStart(
  pod: Pod,
  container: Pick<Container, 'restartPolicy' | 'restartPolicyRules'>,
  last: RuntimeContainer | undefined,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined || last?.state === 'running') return false;
  return last?.state !== 'exited' || containerShouldRestart(container, pod.spec, last.exitCode);
}

export const unknownMessage = (kind: string): string => `${kind} is in "unknown" state, try killing it before restart`;
