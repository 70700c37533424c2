// Watches on the ConfigMaps and Secrets that Pods of this node use: one for each object, however many Pods use it, for only these may be watched.

import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { configMap } from '../../../api/core/v1/config-map.ts';
import type { ConfigMap } from '../../../api/core/v1/config-map.ts';
import { secret } from '../../../api/core/v1/secret.ts';
import type { Secret } from '../../../api/core/v1/secret.ts';
import { TaskScope } from '../../../base/abort.ts';
import { cacheKey, Informer } from '../../../runtime/informer.ts';
import { dataOfConfigMap, dataOfSecret } from '../environment/referenced-data.ts';
import type { ReferencedData, ReferencedKind } from '../environment/referenced-data.ts';
import type { KubeletParts } from '../seams.ts';

/** Names one object that a volume is made of. */
export interface Reference {
  readonly kind: ReferencedKind;
  readonly namespace: string;
  readonly name: string;
}

interface Watched {
  readonly listeners: Set<() => void>;
  readonly stop: AbortController;
  /** The object's data as the watch has it; `unknown` before the first list. */
  current(): ReferencedData | undefined | 'unknown';
}

const idOf = ({ kind, namespace, name }: Reference): string => `${kind}/${namespace}/${name}`;

export class ObjectWatches {
  readonly #parts: KubeletParts;
  readonly #tasks: TaskScope;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: KubeletParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#tasks = new TaskScope(signal, (error) => parts.logger.error('a watch on a volume source ended', { error }));
  }

  /** Calls `listener` after every change of the object from now on; returns how to stop. */
  watch(reference: Reference, listener: () => void): () => void {
    const id = idOf(reference);
    const watched = this.#watched.get(id) ?? this.#start(reference, id);
    // A listener of its own for each caller, even where two pass the same function.
    const own = (): void => listener();
    watched.listeners.add(own);
    return () => {
      watched.listeners.delete(own);
      if (watched.listeners.size > 0 || this.#watched.get(id) !== watched) return;
      this.#watched.delete(id);
      watched.stop.abort(new DOMException('nobody watches', 'AbortError'));
    };
  }

  /** What the watch knows of the object. */
  current(reference: Reference): ReferencedData | undefined | 'unknown' {
    return this.#watched.get(idOf(reference))?.current() ?? (this.#watched.has(idOf(reference)) ? undefined : 'unknown');
  }

  #start(reference: Reference, id: string): Watched {
    const watched =
      reference.kind === 'ConfigMap'
        ? this.#inform<ConfigMap>(configMap, reference, dataOfConfigMap)
        : this.#inform<Secret>(secret, reference, dataOfSecret);
    this.#watched.set(id, watched);
    return watched;
  }

  #inform<T extends KubeObject>(kind: Kind<T>, { namespace, name }: Reference, dataOf: (object: T) => ReferencedData): Watched {
    const informer = new Informer<T>(kind, { namespace, fieldSelector: `metadata.name=${name}` }, this.#parts);
    const listeners = new Set<() => void>();
    const stop = new AbortController();
    informer.subscribe(() => {
      for (const listener of listeners) listener();
    });
    this.#tasks.start(async (signal) => {
      const either = AbortSignal.any([signal, stop.signal]);
      await informer.run(either).catch((error: unknown) => {
        if (!either.aborted) throw error;
      });
    });
    return {
      listeners,
      stop,
      current() {
        if (!informer.synced) return 'unknown';
        const object = informer.get(cacheKey(namespace, name));
        return object === undefined ? undefined : dataOf(object);
      },
    };
  }
}
