// What the kubelet asks of its parts that know volumes and environments, and what it shows to the part that serves its endpoints.
//
// K1. Paths are the node's own (`scope.hostPath` opens them from this process).
// K2. Every call is idempotent and may be repeated after Tyke restarted: nothing lives only in memory.
// K3. Parts never write Pod status or Events: they answer, the Pod's worker tells.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { Container } from '../../api/core/v1/container.ts';
import type { EphemeralContainer } from '../../api/core/v1/container.ts';
import type { Node } from '../../api/core/v1/node.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Client } from '../../client/client.ts';
import type { Informers } from '../../runtime/informers.ts';
import type { CriClient, MountInput } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';

/** Any of a Pod's containers: init, regular or ephemeral. */
export type AnyContainer = Container | EphemeralContainer;

/** What every part of the kubelet is made with. */
export interface KubeletParts {
  readonly nodeName: string;
  readonly scope: NodeScope;
  readonly cri: CriClient;
  readonly client: Client;
  /** Only for what the kubelet may watch: Pods of this node, Services, the node itself. Secrets and ConfigMaps are read one by one. */
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The newest Node object; undefined until it is registered. */
  node(): Node | undefined;
}

/** A variable as the container gets it. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** An answer, or why the container must wait: the reason and message of its `waiting` state. */
export type Configured<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly message: string };

/** The volumes of the node's Pods. */
export interface PodVolumes {
  /**
   * Makes every volume of the Pod usable, and keeps ConfigMaps, Secrets, downward files and tokens current until `teardown`.
   * Called before each start of a container, so it must be quick when there is nothing to do.
   * Throws when a volume cannot be had now: the message goes into a `FailedMount` event (`MountVolume.SetUp failed for volume "x" : …`),
   * and the call is repeated later.
   */
  prepare(pod: Pod, signal: AbortSignal): Promise<void>;
  /** The Pod's newest object was seen: labels and annotations in downward files may have changed. Does not wait. */
  changed(pod: Pod): void;
  /** A container's `volumeMounts` as the runtime wants them, subPath and subPathExpr (by `environment`) resolved. After `prepare`. */
  mounts(
    pod: Pod,
    container: AnyContainer,
    environment: readonly Variable[],
    signal: AbortSignal,
  ): Promise<Configured<readonly MountInput[]>>;
  /** Unmounts and removes all volumes of a Pod, known or not: what lies on the disk decides. */
  teardown(podUid: string, signal: AbortSignal): Promise<void>;
}

/** What of a Pod's state its environment and downward volumes may show. */
export interface PodAddresses {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
}

/** The environment of containers: literals, ConfigMaps, Secrets, fields, resources, Services. */
export interface ContainerEnvironment {
  /** All variables in order, `$(VAR)` expanded; failures read as upstream's (`CreateContainerConfigError`, `configmap "x" not found`). */
  of(pod: Pod, container: AnyContainer, addresses: PodAddresses, signal: AbortSignal): Promise<Configured<readonly Variable[]>>;
}

/** One container as the runtime has it, for logs, exec, attach and stats. */
export interface ContainerView {
  readonly id: string;
  readonly name: string;
  readonly state: 'created' | 'running' | 'exited' | 'unknown';
  readonly attempt: number;
  /** The log file of this attempt. Rotated ones lie beside it with a time appended. */
  readonly logPath: string;
  readonly createdAtMs: number;
}

/** One Pod as its worker sees it. */
export interface PodView {
  readonly pod: Pod;
  /** The ready sandbox, if there is one. */
  readonly sandboxId: string | undefined;
  readonly podIPs: readonly string[];
  /** `/kubepods/…` below the scope's own group, the Pod's group in every hierarchy. */
  readonly cgroup: string;
  /** Newest attempt first within each name. */
  readonly containers: readonly ContainerView[];
}

/** What the endpoints of the kubelet read. */
export interface KubeletView {
  pods(): readonly PodView[];
  pod(namespace: string, name: string, uid?: string): PodView | undefined;
  /** The newest attempt of a container, or the one before. */
  container(namespace: string, name: string, container: string, previous?: boolean): ContainerView | undefined;
}
