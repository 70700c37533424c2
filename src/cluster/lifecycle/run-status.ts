// What the running process tells of itself: a file that commands read, written whole at every change.

import { writeFileSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';

export type ComponentState = 'starting' | 'running' | 'failed' | 'stopped';

export interface ComponentStatus {
  readonly name: string;
  readonly state: ComponentState;
  readonly pid: number;
  readonly detail?: string;
}

/** A step of starting up. */
export interface StepStatus {
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly elapsedMs: number;
  readonly detail?: string;
}

export interface RunStatus {
  readonly pid: number;
  readonly startedMs: number;
  readonly ready: boolean;
  readonly steps: readonly StepStatus[];
  readonly components: readonly ComponentStatus[];
  /** Why the process gave up, and what helps. */
  readonly failure?: { readonly step: string; readonly cause: string; readonly remedy: string };
}

const fileOf = (dataDir: string): string => join(dataDir, 'status.json');

/** The last status written; undefined when there is none. */
export async function readRunStatus(dataDir: string): Promise<RunStatus | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(dataDir), 'utf8')) as RunStatus;
  } catch (error) {
    // One that a power failure cut short tells nothing.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Keeps the status of this process and writes it at every change. */
export class RunStatusWriter {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  #status: RunStatus;

  /** `onFailure` hears of changes that could not be written (a full disk); the next one is written whole again. */
  constructor(dataDir: string, pid: number, clock: Clock, onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
    this.#file = fileOf(dataDir);
    this.#clock = clock;
    this.#status = { pid, startedMs: clock.now(), ready: false, steps: [], components: [] };
    this.#write();
  }

  get status(): RunStatus {
    return this.#status;
  }

  /** Runs one step of starting up, and tells how it went. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const beganMs = this.#clock.monotonicMs();
    const put = (state: StepStatus['state'], detail?: string): void => {
      const elapsedMs = Math.round(this.#clock.monotonicMs() - beganMs);
      const step: StepStatus = { name, state, elapsedMs, ...(detail === undefined ? {} : { detail }) };
      this.#change({ steps: [...this.#status.steps.filter((other) => other.name !== name), step] });
    };
    put('running');
    try {
      const result = await work();
      put('done');
      return result;
    } catch (error) {
      put('failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  component(name: string, state: ComponentState, pid = this.#status.pid, detail?: string): void {
    const component: ComponentStatus = { name, state, pid, ...(detail === undefined ? {} : { detail }) };
    const known = this.#status.components.some((other) => other.name === name);
    const components = known
      ? this.#status.components.map((other) => (other.name === name ? component : other))
      : [...this.#status.components, component];
    this.#change({ components });
  }

  ready(): void {
    this.#change({ ready: true });
  }

  fail(failure: NonNullable<RunStatus['failure']>): void {
    this.#change({ ready: false, failure });
  }

  #change(change: Partial<RunStatus>): void {
    this.#status = { ...this.#status, ...change };
    try {
      this.#write();
    } catch (error) {
      // What is told of the cluster must not end what runs in it.
      this.#onFailure(error);
    }
  }

  /** In one piece, and at once: the last word before an exit must be there. */
  #write(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#status), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
