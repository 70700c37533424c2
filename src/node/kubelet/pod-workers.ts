// One worker for each Pod of the node: made when the Pod is first seen, gone when nothing of it is left.
//
// S1. A uid has one worker at most; a namesake with another uid waits for nobody, for nothing of theirs is shared by name.

import type { Pod } from '../../api/core/v1/pod.ts';
import { isAbort, TaskScope } from '../../base/abort.ts';
import type { Change } from '../../runtime/informer.ts';
import type { Refusal } from './admission.ts';
import { podUid } from './pod-names.ts';
import { PodWorker } from './pod-worker.ts';
import type { WorkerParts } from './pod-worker.ts';
import type { PodView } from './seams.ts';

type SetParts = Omit<WorkerParts, 'admit'> & {
  /** Why the Pod cannot run beside the others, if it cannot. */
  readonly admit: (pod: Pod, others: readonly Pod[]) => Refusal | undefined;
};

/** The workers of the node. */
export class PodWorkers {
  readonly #parts: SetParts;
  readonly #tasks: TaskScope;
  readonly #workers = new Map<string, PodWorker>();

  constructor(parts: SetParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#tasks = new TaskScope(signal, (error) => parts.logger.error('a Pod worker ended', { error }));
  }

  /** Takes what the API tells of a Pod. */
  observe({ type, object }: Change<Pod>): void {
    const uid = podUid(object);
    const worker = this.#workers.get(uid);
    if (type === 'deleted') worker?.removed(object);
    else if (worker !== undefined) worker.update(object);
    else this.#add(uid, object);
  }

  #add(uid: string, pod: Pod): void {
    const admit = (candidate: Pod): Refusal | undefined => {
      const others = [...this.#workers.values()].filter((other) => other.active && other.identity.uid !== uid).map((other) => other.pod);
      return this.#parts.admit(candidate, others);
    };
    const worker = new PodWorker(pod, { ...this.#parts, admit });
    this.#workers.set(uid, worker);
    this.#tasks.start(async (signal) => {
      try {
        await worker.run(signal);
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        this.#parts.logger.error('a Pod worker failed', { ...worker.identity, error });
        throw error;
      } finally {
        this.#workers.delete(uid);
      }
    });
  }

  has(uid: string): boolean {
    return this.#workers.has(uid);
  }

  /** Something happened to a Pod in the runtime. */
  wake(uid: string, exited?: string): void {
    this.#workers.get(uid)?.wake(exited);
  }

  wakeAll(): void {
    for (const worker of this.#workers.values()) worker.wake();
  }

  *views(): Iterable<PodView> {
    for (const worker of this.#workers.values()) yield worker.view;
  }

  end(): Promise<void> {
    return this.#tasks.end();
  }
}
