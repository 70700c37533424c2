// The informers of one process: one for each kind (and scope), shared by everybody who reads it.

import { TaskScope } from '../base/abort.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import { Informer } from './informer.ts';
import type { InformerParts, InformerScope } from './informer.ts';

const OWNER_INDEX = 'controller-uid';

/** Starts informers on demand; all end with the signal that was given. */
export class Informers {
  readonly #parts: InformerParts;
  readonly #tasks: TaskScope;
  readonly #informers = new Map<string, unknown>();

  constructor(parts: InformerParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#tasks = new TaskScope(signal, (error) => parts.logger.error('an informer ended', { error }));
  }

  /** The informer of a kind, started when first asked for. */
  of<T extends KubeObject>(kind: Kind<T>, scope: InformerScope = {}): Informer<T> {
    const id = `${kind.apiVersion}/${kind.plural}?${JSON.stringify(scope)}`;
    const existing = this.#informers.get(id);
    // Every informer under this id was made for this kind.
    if (existing !== undefined) return existing as Informer<T>;
    const informer = new Informer<T>(kind, scope, this.#parts);
    informer.addIndex(OWNER_INDEX, (object) => {
      const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
      return owner === undefined ? [] : [owner.uid];
    });
    this.#informers.set(id, informer);
    this.#tasks.start((signal) => informer.run(signal));
    return informer;
  }

  /** Objects of `kind` whose controller is the object with `uid`. */
  ownedBy<T extends KubeObject>(kind: Kind<T>, uid: string): T[] {
    return [...this.of(kind).byIndex(OWNER_INDEX, uid)];
  }

  /** Resolves once every informer asked for so far has its first list. */
  async whenSynced(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => (informer as Informer).whenSynced(signal)));
  }

  /** Ends all informers and waits for them. */
  end(): Promise<void> {
    return this.#tasks.end();
  }
}
