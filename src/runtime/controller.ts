// The controller loop: watches wake keys, workers reconcile them, failures back off.
//
// L1. Level-based: a reconcile gets a key and reads the informers; it never learns which event woke it.
// L2. A key is reconciled by one worker at a time, and not before the informers show what its last reconcile wrote.
// L3. Every reconcile starts in a new macrotask, so that sockets and timers are served between two of them.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { isAbort, TaskScope } from '../base/abort.ts';
import type { Client, ObjectKey } from '../client/client.ts';
import type { Kind, KubeObject } from '../machinery/kind.ts';
import { isStatus } from '../machinery/status-error.ts';
import type { EventRecorder } from './event-recorder.ts';
import { cacheKey } from './informer.ts';
import type { Change, InformerScope } from './informer.ts';
import type { Informers } from './informers.ts';
import { OwnWrites } from './own-writes.ts';
import { WorkQueue } from './work-queue.ts';

/** How a reconcile ended: nothing left to do, try again with back-off, or look again later. */
export type Outcome =
  | { readonly then: 'done' }
  | { readonly then: 'retry'; readonly error: unknown }
  | { readonly then: 'after'; readonly delayMs: number };

export const done: Outcome = { then: 'done' };
export const retry = (error: unknown): Outcome => ({ then: 'retry', error });
export const after = (delayMs: number): Outcome => ({ then: 'after', delayMs });

/** What a reconcile works with. */
export interface ReconcileContext {
  readonly informers: Informers;
  /** Its writes are remembered, and the key is held until the informers show them. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventRecorder;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Another kind whose changes wake keys. `change.previous` lets a watch wake the keys an object has left. */
export interface Watch<W extends KubeObject = KubeObject> {
  readonly kind: Kind<W>;
  readonly scope?: InformerScope;
  keys(change: Change<W>, context: { readonly informers: Informers; readonly reconciles: Kind }): Iterable<string>;
}

/** Objects that name the reconciled kind as their controller wake it, also when they leave it. */
export function owned<W extends KubeObject>(kind: Kind<W>): Watch {
  const watch: Watch<W> = {
    kind,
    *keys({ object, previous }, { reconciles }) {
      for (const each of [object, previous]) {
        for (const owner of each?.metadata.ownerReferences ?? []) {
          const group = owner.apiVersion.includes('/') ? owner.apiVersion.slice(0, owner.apiVersion.indexOf('/')) : '';
          if (owner.controller === true && owner.kind === reconciles.kind && group === reconciles.group) {
            yield cacheKey(reconciles.scope === 'Namespaced' ? each?.metadata.namespace : undefined, owner.name);
          }
        }
      }
    },
  };
  return watch as Watch;
}

/** Changes of `kind` wake the keys that `keys` names. */
export function mapped<W extends KubeObject>(kind: Kind<W>, keys: Watch<W>['keys'], scope?: InformerScope): Watch {
  const watch: Watch<W> = { kind, keys, ...(scope === undefined ? {} : { scope }) };
  return watch as Watch;
}

export interface ControllerDefinition<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly reconciles: Kind<T>;
  readonly watches?: readonly Watch[];
  /** Kinds that are read but wake nothing. */
  readonly reads?: readonly Kind[];
  /** Keys reconciled at the same time; 5 unless told. */
  readonly concurrency?: number;
  /** Every key is reconciled again after this long. */
  readonly resyncMs?: number;
  /** Another source of keys than watches: `wake` adds one; the result ends it. */
  wakes?(wake: (key: string) => void): () => void;
  reconcile(key: ObjectKey, context: ReconcileContext): Promise<Outcome>;
}

/** Declares a controller; `runController` runs it. */
export function defineController<T extends KubeObject>(definition: ControllerDefinition<T>): ControllerDefinition {
  return definition as ControllerDefinition;
}

export interface ControllerParts {
  readonly informers: Informers;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventRecorder;
  readonly logger: Logger;
}

function objectKeyOf(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return slash === -1 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Runs one controller until the signal fires; resolves when all its workers have ended. */
export async function runController(definition: ControllerDefinition, parts: ControllerParts, signal: AbortSignal): Promise<void> {
  const { informers, clock } = parts;
  const logger = parts.logger.with({ controller: definition.name });
  const queue = new WorkQueue(clock);
  const watches = definition.watches ?? [];
  const main = informers.of(definition.reconciles);
  for (const kind of definition.reads ?? []) informers.of(kind);
  const unsubscribe = [
    main.subscribe(({ object }) => queue.add(cacheKey(object.metadata.namespace, object.metadata.name ?? ''))),
    ...watches.map((watch) =>
      informers.of(watch.kind, watch.scope).subscribe((change) => {
        for (const key of watch.keys(change, { informers, reconciles: definition.reconciles })) queue.add(key);
      }),
    ),
    definition.wakes?.((key) => queue.add(key)) ?? (() => {}),
  ];
  const watched = new Set<Kind>([
    definition.reconciles,
    ...watches.filter((watch) => watch.scope === undefined).map((watch) => watch.kind),
    ...(definition.reads ?? []),
  ]);
  const tasks = new TaskScope(signal, (error) => logger.error('a worker failed', { error }));
  tasks.signal.addEventListener('abort', () => queue.close(), { once: true });
  if (signal.aborted) queue.close();
  try {
    await informers.whenSynced(signal);
    for (let worker = 0; worker < (definition.concurrency ?? 5); worker++)
      tasks.start((inner) => work(definition, { ...parts, logger }, queue, watched, inner));
    if (definition.resyncMs !== undefined) tasks.start((inner) => resync(definition, parts, queue, inner));
    await new Promise<void>((resolve) => tasks.signal.addEventListener('abort', () => resolve(), { once: true }));
  } catch (error) {
    if (!isAbort(error, signal)) throw error;
  } finally {
    for (const stop of unsubscribe) stop();
    await tasks.end();
  }
}

async function resync(definition: ControllerDefinition, parts: ControllerParts, queue: WorkQueue, signal: AbortSignal): Promise<void> {
  for (;;) {
    await parts.clock.sleep(definition.resyncMs ?? 0, signal);
    for (const object of parts.informers.of(definition.reconciles).list())
      queue.add(cacheKey(object.metadata.namespace, object.metadata.name ?? ''));
  }
}

async function work(
  definition: ControllerDefinition,
  parts: ControllerParts,
  queue: WorkQueue,
  watched: ReadonlySet<Kind>,
  signal: AbortSignal,
): Promise<void> {
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    await parts.clock.yieldTurn();
    const writes = new OwnWrites(parts.client.transport);
    const release = parts.clock.hold();
    try {
      const outcome = await attempt(definition, { ...parts, client: writes.client, signal, now: () => parts.clock.now() }, key);
      if (signal.aborted) return;
      settle(definition, outcome, key, queue, parts.logger);
      release();
      // L2, also after a failure: what was written before it counts.
      await writes.caughtUp(parts.informers, watched, signal);
    } catch (error) {
      if (!isAbort(error, signal)) throw error;
      return;
    } finally {
      release();
      queue.done(key);
    }
  }
}

async function attempt(definition: ControllerDefinition, context: ReconcileContext, key: string): Promise<Outcome> {
  try {
    return await definition.reconcile(objectKeyOf(key), context);
  } catch (error) {
    return retry(error);
  }
}

function settle(definition: ControllerDefinition, outcome: Outcome, key: string, queue: WorkQueue, logger: Logger): void {
  if (outcome.then === 'retry') {
    // A conflict only says that the cache was behind: it is expected and resolves itself.
    if (isStatus(outcome.error, 'Conflict')) logger.debug('reconcile met a conflict', { key });
    else logger.warn('reconcile failed', { controller: definition.name, key, error: outcome.error });
    queue.addFailed(key);
    return;
  }
  queue.forget(key);
  if (outcome.then === 'after') queue.addAfter(key, outcome.delayMs);
}
