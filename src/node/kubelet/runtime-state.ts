// What the runtime has of one Pod, as the kubelet's decisions see it.

import type { LinuxContainerUser } from '../../api/core/v1/pod-status.ts';

export interface RuntimeSandbox {
  readonly id: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly createdAtMs: number;
  readonly hostNetwork: boolean;
  /** Empty where the sandbox has none of its own, and for all but the newest. */
  readonly ips: readonly string[];
}

export type RuntimeContainerState = 'created' | 'running' | 'exited' | 'unknown';

export interface RuntimeContainer {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly state: RuntimeContainerState;
  readonly restartCount: number;
  readonly hash: string;
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly image: string;
  readonly imageId: string;
  readonly logPath: string;
  readonly user: LinuxContainerUser | undefined;
}

/** Sandboxes and containers, newest first. */
export interface PodRuntime {
  readonly sandboxes: readonly RuntimeSandbox[];
  readonly containers: readonly RuntimeContainer[];
}

export const NOTHING_RUNS: PodRuntime = { sandboxes: [], containers: [] };

/** The newest container of a name. */
export function findContainer({ containers }: PodRuntime, name: string): RuntimeContainer | undefined {
  return containers.find((container) => container.name === name);
}

/** The addresses of the Pod's newest sandbox. */
export const runtimeIps = ({ sandboxes }: PodRuntime): readonly string[] => sandboxes[0]?.ips ?? [];
