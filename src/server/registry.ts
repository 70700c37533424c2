// Which resources are served: one immutable table for built-in kinds, custom kinds and API services, swapped whole.

import type { Kind } from '../machinery/kind.ts';
import type { ResourceDefinition, ServedVersion } from '../machinery/resource.ts';
import type { WatchCache } from './cache/watch-cache.ts';
import type { Strategy } from './strategy.ts';

/** A resource and what serves it. */
export interface ResourceEntry {
  readonly definition: ResourceDefinition;
  readonly strategy: Strategy;
  /** Absent where nothing is stored: every verb has a handler of the strategy. */
  readonly cache: WatchCache | undefined;
}

/** A resource in one of its versions. */
export interface ServedResource {
  readonly entry: ResourceEntry;
  readonly version: ServedVersion;
  readonly kind: Kind;
}

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** The verbs that a resource offers, sorted as discovery lists them. */
export function verbsOf({ strategy }: ResourceEntry): readonly string[] {
  return strategy.verbs ?? ALL_VERBS;
}

/** Whether a resource keeps its objects in the store. */
export function isStored({ verbs, handlers }: Strategy): boolean {
  return handlers === undefined || (verbs ?? ALL_VERBS).some((verb) => !Object.hasOwn(handlers, verb));
}

const at = (...parts: readonly string[]): string => parts.join('/');

/** One state of the table. */
export class RegistrySnapshot {
  readonly entries: readonly ResourceEntry[];
  readonly served: readonly ServedResource[];
  readonly #byPlural = new Map<string, ServedResource>();
  readonly #byKind = new Map<string, ServedResource>();
  readonly #byId = new Map<string, ResourceEntry>();
  readonly #byDefinition = new Map<Kind, ServedResource>();

  private constructor(entries: readonly ResourceEntry[]) {
    this.entries = entries;
    this.served = entries.flatMap((entry) => entry.definition.served.map((version) => ({ entry, version, kind: version.kind })));
    for (const entry of entries) this.#byId.set(entry.definition.id, entry);
    for (const served of this.served) {
      const { group, version, plural, kind } = served.kind;
      this.#byPlural.set(at(group, version, plural), served);
      this.#byKind.set(at(group, version, kind), served);
      this.#byDefinition.set(served.kind, served);
    }
  }

  static of(entries: readonly ResourceEntry[]): RegistrySnapshot {
    return new RegistrySnapshot(entries);
  }

  /** What is served at a path. */
  lookup(group: string, version: string, plural: string): ServedResource | undefined {
    return this.#byPlural.get(at(group, version, plural));
  }

  lookupKind(group: string, version: string, kind: string): ServedResource | undefined {
    return this.#byKind.get(at(group, version, kind));
  }

  /** What serves a kind: by identity, else by name. */
  of(kind: Kind): ServedResource | undefined {
    return this.#byDefinition.get(kind) ?? this.lookupKind(kind.group, kind.version, kind.kind);
  }

  /** A resource by its id (`deployments.apps`). */
  byId(id: string): ResourceEntry | undefined {
    return this.#byId.get(id);
  }
}

/** Holds the present table and tells of a new one. */
export class ResourceRegistry {
  #current: RegistrySnapshot;
  readonly #listeners = new Set<(next: RegistrySnapshot) => void>();

  constructor(initial: RegistrySnapshot) {
    this.#current = initial;
  }

  get current(): RegistrySnapshot {
    return this.#current;
  }

  swap(next: RegistrySnapshot): void {
    this.#current = next;
    for (const listener of this.#listeners) listener(next);
  }

  /** Calls `listener` at every swap until the result is called. */
  subscribe(listener: (next: RegistrySnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
