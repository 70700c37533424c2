// Keeps a containerd running for a node: adopts the one that runs, starts one otherwise, and starts it again, with back-off, when it ends.
//
// K1. It is ready only once its CRI answers.
// K2. Ending the supervision (`detach`) leaves containerd and every container running.

import { access, constants, readFile, writeFile } from 'node:fs/promises';

import { TaskScope } from '../../base/abort.ts';
import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import type { NodeScope } from '../scope/index.ts';
import { COMMAND_ENVIRONMENT, expectSuccess, isRunning, readOrUndefined, sendSignal } from '../scope/index.ts';
import { configFormat, containerdConfig, type LowLevelRuntime } from './containerd-config.ts';
import type { CriClient } from './cri/client.ts';
import { createCriClient } from './cri/client.ts';
import { RuntimeError } from './cri/errors.ts';
import { adoptDaemon, startDaemon, stopDaemon, type DaemonOptions, type RunningDaemon } from './daemon.ts';
import { PAUSE_IMAGE } from './pause-image.ts';

/** A containerd that ran this long had a good start: the next end is met without delay. */
const HEALTHY_AFTER_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;
const READY_WITHIN_MS = 30_000;
const READY_INTERVAL_MS = 20;
const CAP_SYS_RESOURCE = 24n;

export interface ContainerdOptions {
  readonly scope: NodeScope;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The program; the one on the path unless told. */
  readonly containerd?: string;
  readonly runtime?: LowLevelRuntime;
  readonly cniBinaries?: string;
  /** Added to containerd's environment, such as proxies for pulls. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ContainerdStatus {
  readonly state: 'stopped' | 'starting' | 'running' | 'failed';
  readonly pid?: number;
  readonly version?: string;
  readonly restarts: number;
  readonly lastError?: string;
}

/** One node's containerd. */
export class ContainerdSupervisor {
  readonly #options: ContainerdOptions;
  readonly #client: CriClient;
  readonly #backoff: Backoff;
  #status: ContainerdStatus = { state: 'stopped', restarts: 0 };
  #daemon: RunningDaemon | undefined;
  #tasks: TaskScope | undefined;

  constructor(options: ContainerdOptions) {
    this.#options = options;
    const { scope, clock, random } = options;
    this.#client = createCriClient({ socket: () => scope.socket, clock, random });
    this.#backoff = new Backoff({ initialMs: 50, maxMs: 10_000 }, random);
  }

  get status(): ContainerdStatus {
    return this.#status;
  }

  /** Adopts or starts containerd; resolves when it answers, and keeps it running until the signal fires or `detach` or `stop` is called. */
  async start(signal: AbortSignal): Promise<void> {
    const { logger } = this.#options;
    this.#status = { ...this.#status, state: 'starting' };
    const daemon = await this.#daemonOptions(signal);
    try {
      this.#daemon = (await adoptDaemon(daemon)) ?? (await startDaemon(daemon));
      await this.#becomeReady(this.#daemon, signal);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#tasks = new TaskScope(signal, (error) => {
      this.#fail(error);
      logger.error('containerd is no longer supervised', { error });
    });
    this.#tasks.start((until) => this.#supervise(daemon, until));
  }

  /** Stops watching; containerd and its containers run on. */
  async detach(): Promise<void> {
    await this.#tasks?.end();
    this.#tasks = undefined;
    this.#client.close();
    this.#status = { ...this.#status, state: 'stopped' };
  }

  /** Ends containerd itself. Its containers run on until the node's scope is deleted or containerd comes back and ends them. */
  async stop(signal: AbortSignal): Promise<void> {
    await this.detach();
    const daemon = await this.#daemonOptions(signal);
    const running = await adoptDaemon(daemon);
    if (running !== undefined) await stopDaemon(running, daemon, signal);
    this.#daemon = undefined;
    this.#status = { state: 'stopped', restarts: this.#status.restarts };
  }

  async #supervise(options: DaemonOptions, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (this.#daemon !== undefined) {
      const sinceMs = clock.monotonicMs();
      const how = await this.#endOf(this.#daemon, signal);
      if (clock.monotonicMs() - sinceMs > HEALTHY_AFTER_MS) this.#backoff.reset();
      this.#status = { state: 'starting', restarts: this.#status.restarts + 1, lastError: how };
      logger.warn('containerd ended and is started again', { how });
      await clock.sleep(this.#backoff.next(), signal);
      try {
        this.#daemon = await startDaemon(options);
        await this.#becomeReady(this.#daemon, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        this.#fail(error);
        logger.error('containerd does not start', { error });
        // One that runs but does not answer would otherwise be waited for without end.
        if (await isRunning(this.#daemon.identity)) sendSignal(this.#daemon.identity.pid, 'SIGKILL');
      }
    }
  }

  /** Waits for its end; what keeps this process from looking for a while (no file descriptor left) does not end the supervision. */
  async #endOf(daemon: RunningDaemon, signal: AbortSignal): Promise<string> {
    const { clock, logger } = this.#options;
    for (;;) {
      try {
        return await daemon.ended(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        logger.warn('containerd could not be looked at', { error });
        await clock.sleep(LOOK_AGAIN_MS, signal);
      }
    }
  }

  #fail(error: unknown): void {
    this.#status = { ...this.#status, state: 'failed', lastError: error instanceof Error ? error.message : String(error) };
  }

  async #becomeReady({ identity, ended }: RunningDaemon, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const watching = new AbortController();
    let end: string | undefined;
    const watched = ended(AbortSignal.any([signal, watching.signal])).then(
      (how) => void (end = how),
      () => undefined,
    );
    try {
      const deadlineMs = clock.monotonicMs() + READY_WITHIN_MS;
      for (;;) {
        const version = await this.#version(signal);
        if (version !== undefined) {
          this.#status = { ...this.#status, state: 'running', pid: identity.pid, version };
          return;
        }
        if (end !== undefined) throw new Error(`containerd did not start: it ${end}; its log says: ${await this.#lastWords()}`);
        if (clock.monotonicMs() > deadlineMs) throw new Error(`containerd does not answer; its log says: ${await this.#lastWords()}`);
        await clock.sleep(READY_INTERVAL_MS, signal);
      }
    } finally {
      watching.abort();
      await watched;
    }
  }

  async #version(signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.#client.version({}, { signal, timeoutMs: 1_000 })).runtimeVersion;
    } catch (error) {
      // Its socket opens before its CRI is registered.
      if (error instanceof RuntimeError && ['Unavailable', 'Unimplemented', 'DeadlineExceeded', 'Unknown'].includes(error.code))
        return undefined;
      throw error;
    }
  }

  async #lastWords(): Promise<string> {
    const { scope } = this.#options;
    const log = (await readOrUndefined(scope.hostPath(`${scope.folders.logs}/containerd.log`))) ?? '';
    return log.trimEnd().split('\n').slice(-3).join('\n');
  }

  async #daemonOptions(signal: AbortSignal): Promise<DaemonOptions> {
    const { scope, clock, containerd = 'containerd', env } = this.#options;
    const configPath = `${scope.folders.data}/containerd.toml`;
    await writeFile(scope.hostPath(configPath), await this.#config(containerd, signal));
    // Its shim lies beside it.
    const folder = containerd.slice(0, Math.max(0, containerd.lastIndexOf('/')));
    const path = [folder, COMMAND_ENVIRONMENT['PATH'] ?? ''].filter((part) => part !== '').join(':');
    return { name: 'containerd', scope, clock, cgroup: 'runtime', argv: [containerd, '--config', configPath], env: { ...env, PATH: path } };
  }

  async #config(containerd: string, signal: AbortSignal): Promise<string> {
    const { scope, runtime = 'runc', cniBinaries = '/usr/lib/cni' } = this.#options;
    const { folders } = scope;
    const version = [containerd, '--version'];
    return containerdConfig({
      format: configFormat(expectSuccess(version, await scope.run(version, { signal })).stdout),
      root: folders.containerdRoot,
      state: folders.containerdState,
      socket: `${folders.containerdState}/containerd.sock`,
      runtime,
      runtimePath: await findProgram(runtime),
      pauseImage: PAUSE_IMAGE,
      cniBinaries,
      cniConfig: folders.cniConfig,
      registries: folders.registries,
      streamAddress: scope.netns === undefined ? '127.0.0.1' : scope.cidrs.address,
      restrictOomScoreAdj: !(await hasCapability(CAP_SYS_RESOURCE)),
    });
  }
}

async function findProgram(name: string): Promise<string> {
  for (const folder of (COMMAND_ENVIRONMENT['PATH'] ?? '').split(':')) {
    const path = `${folder}/${name}`;
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(`${name} is not installed`);
}

async function hasCapability(number: bigint): Promise<boolean> {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> number) & 1n) === 1n;
}
