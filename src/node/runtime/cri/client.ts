// The CRI client: one typed method for each procedure, and the stream of events.

import { Backoff } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import type { CallOptions, Procedure } from './channel.ts';
import { Channel } from './channel.ts';
import type { RuntimeEvent } from './events.ts';
import { runtimeEvents } from './events.ts';
import { procedures } from './procedures.ts';

type Call<P> = P extends Procedure<infer Q, infer S> ? (request: Q, options: CallOptions) => Promise<S> : never;
type Calls = { readonly [K in Exclude<keyof typeof procedures, 'getContainerEvents'>]: Call<(typeof procedures)[K]> };

/** Speaks CRI to one runtime. Failed calls reject with RuntimeError. */
export interface CriClient extends Calls {
  /** What happens to containers and sandboxes, until the signal fires; `resync` asks to list again. */
  containerEvents(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
  /** Ends the connection; calls under way fail. */
  close(): void;
}

export interface CriClientOptions {
  /** The socket's path, or how to find it now (it changes when a node's holder process does). */
  readonly socket: string | (() => string);
  readonly clock: Clock;
  readonly random: Random;
}

/** A client that connects on its first call. */
export function createCriClient({ socket, clock, random }: CriClientOptions): CriClient {
  const channel = new Channel(socket, clock);
  const call =
    <Q, S>(rpc: Procedure<Q, S>) =>
    (request: Q, options: CallOptions): Promise<S> =>
      channel.unary(rpc, request, options);
  return {
    version: call(procedures.version),
    runPodSandbox: call(procedures.runPodSandbox),
    stopPodSandbox: call(procedures.stopPodSandbox),
    removePodSandbox: call(procedures.removePodSandbox),
    podSandboxStatus: call(procedures.podSandboxStatus),
    listPodSandbox: call(procedures.listPodSandbox),
    createContainer: call(procedures.createContainer),
    startContainer: call(procedures.startContainer),
    stopContainer: call(procedures.stopContainer),
    removeContainer: call(procedures.removeContainer),
    listContainers: call(procedures.listContainers),
    containerStatus: call(procedures.containerStatus),
    updateContainerResources: call(procedures.updateContainerResources),
    reopenContainerLog: call(procedures.reopenContainerLog),
    execSync: call(procedures.execSync),
    exec: call(procedures.exec),
    attach: call(procedures.attach),
    portForward: call(procedures.portForward),
    containerStats: call(procedures.containerStats),
    listContainerStats: call(procedures.listContainerStats),
    podSandboxStats: call(procedures.podSandboxStats),
    listPodSandboxStats: call(procedures.listPodSandboxStats),
    updateRuntimeConfig: call(procedures.updateRuntimeConfig),
    status: call(procedures.status),
    runtimeConfig: call(procedures.runtimeConfig),
    listImages: call(procedures.listImages),
    imageStatus: call(procedures.imageStatus),
    pullImage: call(procedures.pullImage),
    removeImage: call(procedures.removeImage),
    imageFsInfo: call(procedures.imageFsInfo),
    containerEvents: (signal) => runtimeEvents(channel, clock, new Backoff({ initialMs: 50, maxMs: 2_000 }, random), signal),
    close: () => channel.close(),
  };
}
