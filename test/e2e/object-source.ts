// An API server reduced to what an informer needs: a list of objects, and events when the test changes them.

import { systemClock as clock } from '../../src/base/clock.ts';
import type { ClientRequest, Transport, WatchEvent, WatchRequest } from '../../src/client/transport.ts';
import type { KubeObject } from '../../src/machinery/kind.ts';

const identity = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

export class ObjectSource implements Transport {
  readonly #objects = new Map<string, KubeObject>();
  readonly #sinks = new Set<{ readonly kind: string; readonly sink: (events: readonly WatchEvent[]) => void }>();
  #revision = 1;

  request({ kind }: ClientRequest): Promise<unknown> {
    const items = [...this.#objects.values()].filter((object) => object.kind === kind.kind);
    const metadata = { resourceVersion: String(this.#revision) };
    return Promise.resolve({ apiVersion: kind.apiVersion, kind: `${kind.kind}List`, metadata, items });
  }

  async watch({ kind, query, signal }: WatchRequest, sink: (events: readonly WatchEvent[]) => void): Promise<void> {
    const watcher = { kind: kind.kind, sink };
    const since = Number(query?.['resourceVersion'] ?? 0);
    const newer = [...this.#objects.values()].filter(
      (object) => object.kind === kind.kind && Number(object.metadata.resourceVersion) > since,
    );
    this.#sinks.add(watcher);
    sink(newer.map((object) => ({ type: 'MODIFIED', object })));
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    this.#sinks.delete(watcher);
  }

  raw(): Promise<Uint8Array> {
    return Promise.reject(new Error('nothing raw here'));
  }

  put(object: KubeObject): void {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } };
    const type = this.#objects.has(identity(object)) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(identity(object), stored);
    this.#tell({ type, object: stored });
  }

  remove(object: KubeObject): void {
    this.#objects.delete(identity(object));
    this.#tell({ type: 'DELETED', object: { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } } });
  }

  /** Resolves once `count` watches run. */
  async watched(count: number): Promise<void> {
    while (this.#sinks.size < count) await clock.yieldTurn();
  }

  #tell(event: WatchEvent & { readonly object: KubeObject }): void {
    for (const { kind, sink } of this.#sinks) if (kind === event.object.kind) sink([event]);
  }
}
