// Records Events about objects, as users see them with `kubectl describe`: like ones are counted, floods are held back.
//
// E1. Recording never waits and never fails its caller; what cannot be written is logged and dropped.
// E2. The same message again raises `count` on the existing Event; ten different messages of one reason within ten minutes are combined.
// E3. One object from one source gets 25 events at once, then one every five minutes.
// E4. At most a thousand Events wait to be written; what comes on top is dropped.

import type { Clock } from '../base/clock.ts';
import { isAbort, TaskScope } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import { event } from '../api/core/v1/event.ts';
import type { Event } from '../api/core/v1/event.ts';
import type { Client } from '../client/client.ts';
import type { Sparse } from '../client/sparse.ts';
import type { KubeObject } from '../machinery/kind.ts';
import { isStatus } from '../machinery/status-error.ts';
import { printTime } from '../machinery/timestamp.ts';

/** What an Event is about. `fieldPath` points at a container. */
export interface EventSubject {
  readonly object: KubeObject;
  readonly fieldPath?: string;
}

export interface EventRecorder {
  /** `type` is Normal or Warning; `reason` a CamelCase word. */
  record(subject: KubeObject | EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

const CACHE_SIZE = 4096;
const COMBINE_AFTER = 10;
const COMBINE_WINDOW_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;
const MAX_MESSAGE = 1024;
const MAX_WAITING = 1000;

interface Known {
  readonly name: string;
  readonly namespace: string;
  count: number;
}

/** Forgets the eldest entry when it is full. */
class BoundedMap<V> {
  readonly #entries = new Map<string, V>();

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > CACHE_SIZE) {
      const [eldest] = this.#entries.keys();
      if (eldest !== undefined) this.#entries.delete(eldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}

/** Writes Events through a client; ends with its signal. */
export class ApiEventRecorder implements EventRecorder {
  readonly #parts: { readonly client: Client; readonly clock: Clock; readonly logger: Logger; readonly source: EventSource };
  readonly #tasks: TaskScope;
  readonly #known = new BoundedMap<Known>();
  readonly #groups = new BoundedMap<{ messages: Set<string>; sinceMs: number }>();
  readonly #buckets = new BoundedMap<{ tokens: number; atMs: number }>();
  #last: Promise<void> = Promise.resolve();
  #written = 0;
  #waiting = 0;

  constructor(parts: { client: Client; clock: Clock; logger: Logger; source: EventSource }, signal: AbortSignal) {
    this.#parts = parts;
    this.#tasks = new TaskScope(signal, (error) => parts.logger.warn('an event was not written', { error }));
  }

  record(subject: KubeObject | EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.#tasks.signal.aborted) return;
    if (this.#waiting >= MAX_WAITING) {
      this.#parts.logger.debug('an event was dropped: too many wait to be written', { reason, message });
      return;
    }
    const { object, fieldPath } = 'object' in subject ? subject : { object: subject, fieldPath: undefined };
    const involvedObject = {
      kind: object.kind,
      namespace: object.metadata.namespace,
      name: object.metadata.name,
      uid: object.metadata.uid,
      apiVersion: object.apiVersion,
      resourceVersion: object.metadata.resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    };
    const subjectId = `${object.metadata.uid ?? object.metadata.name}/${fieldPath ?? ''}`;
    if (!this.#admit(subjectId)) return;
    const group = `${subjectId}/${type}/${reason}`;
    const text = message.slice(0, MAX_MESSAGE);
    const isCombined = this.#isCombined(group, text);
    const previous = this.#last;
    // Combined messages share one Event, which shows the latest.
    const id = isCombined ? group : `${group}/${text}`;
    const body = { involvedObject, type, reason, message: isCombined ? `(combined from similar events): ${text}` : text };
    // In order: an Event that is counted up must have been written first. `#write` settles its own failures.
    this.#waiting++;
    this.#tasks.start((signal) => (this.#last = previous.then(() => this.#write(id, body, signal)).finally(() => this.#waiting--)));
  }

  /** Waits for what was recorded so far, then ends. */
  async end(): Promise<void> {
    await this.#last;
    await this.#tasks.end();
  }

  #admit(subjectId: string): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    const bucket = this.#buckets.get(subjectId) ?? { tokens: BURST, atMs: nowMs };
    bucket.tokens = Math.min(BURST, bucket.tokens + (nowMs - bucket.atMs) / REFILL_MS);
    bucket.atMs = nowMs;
    const admitted = bucket.tokens >= 1;
    if (admitted) bucket.tokens -= 1;
    this.#buckets.set(subjectId, bucket);
    return admitted;
  }

  #isCombined(groupId: string, message: string): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    let group = this.#groups.get(groupId);
    if (group === undefined || nowMs - group.sinceMs > COMBINE_WINDOW_MS) group = { messages: new Set(), sinceMs: nowMs };
    group.messages.add(message);
    this.#groups.set(groupId, group);
    return group.messages.size >= COMBINE_AFTER;
  }

  async #write(
    id: string,
    body: Pick<Sparse<Event>, 'involvedObject' | 'type' | 'reason' | 'message'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, clock, source } = this.#parts;
    const at = printTime(clock.now());
    const known = this.#known.get(id);
    try {
      if (known !== undefined && (await this.#countUp(known, body.message ?? '', at, signal))) return;
      const namespace = body.involvedObject?.namespace || 'default';
      const name = `${body.involvedObject?.name}.${this.#stamp().toString(16)}`;
      await client.create(
        event,
        {
          metadata: { name, namespace },
          ...body,
          source,
          firstTimestamp: at,
          lastTimestamp: at,
          count: 1,
          reportingComponent: source.component,
          reportingInstance: source.host ?? '',
        },
        { signal },
      );
      this.#known.set(id, { name, namespace, count: 1 });
    } catch (error) {
      if (!isAbort(error, signal)) this.#parts.logger.warn('an event was not written', { reason: body.reason, error });
    }
  }

  /** Nanoseconds since the epoch, but never the same twice: several Events fall into one millisecond. */
  #stamp(): bigint {
    return BigInt(Math.floor(this.#parts.clock.now())) * 1_000_000n + BigInt(this.#written++ % 1_000_000);
  }

  async #countUp(known: Known, message: string, lastTimestamp: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#parts.client.patch(event, known, { count: known.count + 1, lastTimestamp, message }, { type: 'strategic', signal });
      known.count++;
      return true;
    } catch (error) {
      if (isStatus(error, 'NotFound')) return false;
      throw error;
    }
  }
}
