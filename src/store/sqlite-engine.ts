// The worker seen from the store: batches go in, synced revisions come out, until it fails or is closed.

import { Worker } from 'node:worker_threads';

import { StoreClosedError } from './errors.ts';
import { packBatch } from './sqlite-protocol.ts';
import type { FromWorker, ToWorker, WorkerStart } from './sqlite-protocol.ts';
import type { Version } from './version.ts';

export interface EngineEvents {
  readonly onSync: (revision: number) => void;
  /** Called at most once, and never for a close that was asked for. */
  readonly onFail: (error: unknown) => void;
}

/** The worker's code; the bundler knows this form and puts it beside the bundle. */
const WORKER_URL = new URL('./sqlite-worker.ts', import.meta.url);

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A running worker with its database open. */
export class SqliteEngine {
  readonly #worker: Worker;
  readonly #events: EngineEvents;
  readonly #requests = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #opening: Waiting | undefined;
  #nextId = 1;
  #over = false;

  private constructor(start: WorkerStart, workerUrl: URL, events: EngineEvents, opening: Waiting) {
    this.#events = events;
    this.#opening = opening;
    this.#worker = new Worker(workerUrl, { workerData: start, name: 'store' });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new Error(`the store's worker ended with code ${code}`));
        resolve();
      });
    });
  }

  /** Starts a worker; resolves when its database is open and recovered. */
  static async open(start: WorkerStart, events: EngineEvents, workerUrl: URL = WORKER_URL): Promise<SqliteEngine> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const engine = new SqliteEngine(start, workerUrl, events, { resolve, reject });
    await promise;
    return engine;
  }

  /** Appends versions; `onSync` follows. */
  write(versions: readonly Version[]): void {
    const batch = packBatch(versions);
    this.#worker.postMessage({ do: 'write', batch } satisfies ToWorker, [batch.numbers.buffer, batch.bytes.buffer]);
  }

  /** Stores the floor below which nothing can be asked for. */
  raiseFloor(floor: number): Promise<void> {
    return this.#request((id) => ({ do: 'raiseFloor', id, floor }));
  }

  /** Deletes revisions in one transaction. */
  forget(revisions: readonly number[]): Promise<void> {
    return this.#request((id) => ({ do: 'forget', id, revisions }));
  }

  /** Does what was sent before, closes the database and ends the worker. */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#over = true;
      this.#worker.postMessage({ do: 'close' } satisfies ToWorker);
    }
    await this.#exited;
  }

  async #request(message: (id: number) => ToWorker): Promise<void> {
    // Nobody would answer.
    if (this.#over) throw new StoreClosedError();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#requests.set(id, { resolve, reject });
    this.#worker.postMessage(message(id));
    await promise;
  }

  #hear(message: FromWorker): void {
    switch (message.did) {
      case 'open':
        this.#opening?.resolve();
        this.#opening = undefined;
        return;
      case 'sync':
        this.#events.onSync(message.revision);
        return;
      case 'finish':
        this.#requests.get(message.id)?.resolve();
        this.#requests.delete(message.id);
        return;
      case 'fail':
        this.#fail(message.error);
    }
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#requests.values()) reject(error);
    this.#requests.clear();
    if (this.#over) return;
    this.#over = true;
    if (this.#opening !== undefined) this.#opening.reject(error);
    else this.#events.onFail(error);
  }
}
