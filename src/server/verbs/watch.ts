// WATCH: events from a revision on, or the present state and then events.
//
// W1. State and first event meet without gap or overlap: the state is read in the turn in which the cursor is placed.
// W2. Once a watch was accepted, what goes wrong is an ERROR event, the last one.
// W3. Whatever ends a watch lets go of its timers and its cursor.

import type { Timer } from '../../base/clock.ts';
import { badRequestError, expiredError, internalError, isStatus } from '../../machinery/status-error.ts';
import type { StatusError } from '../../machinery/status-error.ts';
import type { ApiResponse, WatchEvent, WatchSink } from '../api-request.ts';
import type { CacheEvent } from '../cache/event-ring.ts';
import type { CursorEnd, WatchCursor } from '../cache/watch-cursor.ts';
import type { Scope } from '../scope.ts';
import { listOptionsOf } from './list-options.ts';
import type { ListOptions } from './list-options.ts';
import { parseResourceVersion, waitForRevision } from './resource-version.ts';
import { Selection } from './selection.ts';
import { bookmark, initialEvent, translate } from './watch-translation.ts';

const MINIMUM_TIMEOUT_S = 1800;
const BOOKMARK_MS = 60_000;
/** A bookmark that comes while events are being delivered is put off by this. */
const BUSY_MS = 1000;
/** How many initial objects go into one batch. */
const PIECE = 256;

interface WatchPlan {
  /** The revision after which events are wanted; `state`: the present objects first. */
  readonly from: number | 'now' | 'state';
  readonly bookmarks: boolean;
  readonly marksInitialEnd: boolean;
  readonly timeoutMs: number;
}

function planOf(scope: Scope, options: ListOptions, wanted: number | 'newest'): WatchPlan {
  const { sendInitialEvents, allowWatchBookmarks, timeoutSeconds = 0 } = options;
  const anywhere = wanted === 'newest' || wanted === 0;
  const state = sendInitialEvents ?? anywhere;
  const seconds = timeoutSeconds > 0 ? timeoutSeconds : MINIMUM_TIMEOUT_S * (1 + scope.parts.random.fraction());
  return {
    from: state ? 'state' : anywhere ? 'now' : wanted,
    bookmarks: allowWatchBookmarks,
    marksInitialEnd: sendInitialEvents === true && allowWatchBookmarks,
    timeoutMs: seconds * 1000,
  };
}

/** Hands batches to a sink one after another, waiting where it is full. */
function deliverAll(batches: Iterator<readonly WatchEvent[]>, sink: WatchSink): boolean | Promise<boolean> {
  for (;;) {
    const { value, done } = batches.next();
    if (done === true) return true;
    const answer = sink(value);
    if (answer === false) return false;
    if (answer !== true) return answer.then((more) => more && deliverAll(batches, sink));
  }
}

/** One watch while it is served. */
class RunningWatch {
  readonly #scope: Scope;
  readonly #selection: Selection;
  readonly #plan: WatchPlan;
  readonly #sink: WatchSink;
  readonly #onEnd: () => void;
  readonly #cursor: WatchCursor;
  readonly #onAbort = (): void => this.finish();
  /** Informers of this process share decoded objects, which are kept for them. */
  readonly #release: () => void;
  #timeout: Timer | undefined;
  #nextBookmark: Timer | undefined;
  #open = true;

  constructor(scope: Scope, selection: Selection, plan: WatchPlan, sink: WatchSink, onEnd: () => void) {
    this.#scope = scope;
    this.#selection = selection;
    this.#plan = plan;
    this.#sink = sink;
    this.#onEnd = onEnd;
    this.#release = scope.request.remoteAddress === '' ? scope.cache.retain() : () => {};
    const from = plan.from === 'state' ? 'now' : plan.from;
    this.#cursor = scope.cache.subscribe(from, {
      deliver: (batch) => this.#deliver(batch),
      end: (why) => this.#ended(why),
    });
  }

  start(): void {
    const { clock } = this.#scope.parts;
    const { signal } = this.#scope.request;
    this.#timeout = clock.after(this.#plan.timeoutMs, () => this.#expire());
    if (this.#plan.bookmarks) this.#planBookmark(BOOKMARK_MS);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.finish();
    if (this.#plan.from === 'state') {
      const batches = this.#initial();
      this.#cursor.hand(() => deliverAll(batches, this.#sink));
    }
    this.#cursor.start();
  }

  /** Lets go of everything (W3) without a word. */
  stop(): void {
    this.#open = false;
    this.#timeout?.cancel();
    this.#nextBookmark?.cancel();
    this.#scope.request.signal.removeEventListener('abort', this.#onAbort);
    this.#cursor.close();
    this.#release();
  }

  finish(): void {
    if (!this.#open) return;
    this.stop();
    this.#onEnd();
  }

  /** The present state in pieces, and the bookmark behind it; read at once (W1). */
  #initial(): Iterator<readonly WatchEvent[]> {
    const { cache, served } = this.#scope;
    const items = this.#selection.list();
    const end = this.#plan.marksInitialEnd ? bookmark(served.kind, cache.revision, true) : undefined;
    return (function* pieces(): Generator<readonly WatchEvent[]> {
      for (let at = 0; at < items.length; at += PIECE) yield items.slice(at, at + PIECE).map((item) => initialEvent(item, served.version));
      if (end !== undefined) yield [end];
    })();
  }

  #deliver(batch: readonly CacheEvent[]): boolean | Promise<boolean> {
    const { version } = this.#scope.served;
    const events: WatchEvent[] = [];
    for (const event of batch) {
      const seen = translate(event, this.#selection, version);
      if (seen !== undefined) events.push(seen);
    }
    return events.length === 0 || this.#sink(events);
  }

  #planBookmark(delayMs: number): void {
    this.#nextBookmark = this.#scope.parts.clock.after(delayMs, () => this.#planBookmark(this.#mark() ? BOOKMARK_MS : BUSY_MS));
  }

  /** Sends a bookmark if everything up to now was delivered. */
  #mark(): boolean {
    if (!this.#cursor.idle) return false;
    const event = bookmark(this.#scope.served.kind, this.#scope.cache.revision, false);
    this.#cursor.hand(() => this.#sink([event]));
    return true;
  }

  #expire(): void {
    if (this.#plan.bookmarks) this.#mark();
    this.finish();
  }

  #ended(why: CursorEnd): void {
    if (!this.#open) return;
    try {
      if (why.why === 'expired') this.#fail(expiredError(`too old resource version: ${String(this.#plan.from)} (${why.floor})`));
      if (why.why === 'failed') {
        this.#scope.parts.logger.error('a watch failed', { resource: this.#scope.resource, error: why.error });
        this.#fail(internalError(why.error));
      }
    } finally {
      this.finish();
    }
  }

  #fail(error: StatusError): void {
    void this.#sink([{ type: 'ERROR', object: error.toStatus() }]);
  }
}

/** Waits until the watch can begin; the answer is why it cannot. */
async function ready(scope: Scope, plan: WatchPlan, wanted: number | 'newest'): Promise<StatusError | undefined> {
  if (plan.from !== 'state' && plan.from !== 'now') return undefined;
  if (wanted === 'newest') await scope.cache.fresh(scope.request);
  else {
    try {
      await waitForRevision(scope, wanted);
    } catch (error) {
      if (isStatus(error, 'Timeout')) return error;
      throw error;
    }
  }
  return undefined;
}

export async function watch(scope: Scope): Promise<ApiResponse> {
  const options = listOptionsOf(scope.request, 'watch');
  const selection = new Selection(scope);
  const parsed = parseResourceVersion(options.resourceVersion);
  if (!parsed.ok) throw badRequestError(`invalid resource version: ${parsed.error}`);
  const plan = planOf(scope, options, parsed.value);
  const failure = await ready(scope, plan, parsed.value);
  const start = (sink: WatchSink, onEnd: () => void): (() => void) => {
    if (failure !== undefined) {
      void sink([{ type: 'ERROR', object: failure.toStatus() }]);
      onEnd();
      return () => {};
    }
    const running = new RunningWatch(scope, selection, plan, sink, onEnd);
    running.start();
    return () => running.stop();
  };
  return { status: 200, body: { kind: 'watch', of: scope.kind, start } };
}
