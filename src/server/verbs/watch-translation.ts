// What a watcher with a selection sees of the cache's events.
//
// T1. An object that comes to match is ADDED and one that ceases to match is DELETED, whatever happened to it otherwise.
// T2. Events share their objects and encodings with all other watchers, and decode nothing that is not looked at.

import { zeroOf } from '../../machinery/canonical.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';
import type { ServedVersion } from '../../machinery/resource.ts';
import type { EncodedObject, EventFrames, WatchEvent } from '../api-request.ts';
import type { CachedObject } from '../cache/cached-object.ts';
import type { CacheEvent } from '../cache/event-ring.ts';
import { encodedItem, inVersion } from '../encoded.ts';
import type { Selection } from './selection.ts';

/** An event about a cached object (T2). */
class ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly #item: CachedObject;
  readonly #version: ServedVersion;
  readonly frames: EventFrames | undefined;

  constructor(type: 'ADDED' | 'MODIFIED' | 'DELETED', item: CachedObject, version: ServedVersion, frames?: EventFrames) {
    this.type = type;
    this.frames = frames;
    this.#item = item;
    this.#version = version;
  }

  get object(): KubeObject {
    return inVersion(this.#item.object, this.#version);
  }

  get encoded(): EncodedObject {
    return encodedItem(this.#item, this.#version);
  }
}

/** An object that is there already when a watch begins. */
export const initialEvent = (item: CachedObject, version: ServedVersion): WatchEvent => new ObjectEvent('ADDED', item, version);

/** What the selection sees of an event, if anything (T1). */
export function translate(event: CacheEvent, selection: Selection, version: ServedVersion): WatchEvent | undefined {
  if (!event.key.startsWith(selection.prefix)) return undefined;
  const { current, previous } = event;
  const now = current !== undefined && selection.matches(current);
  const before = previous !== undefined && selection.matches(previous);
  if (now) return new ObjectEvent(before ? 'MODIFIED' : 'ADDED', current, version, event.frames);
  return before ? new ObjectEvent('DELETED', event.tombstone, version, event.frames) : undefined;
}

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

/** Tells a watcher up to where it has seen everything. */
export function bookmark(kind: Kind, revision: number, endsInitialEvents: boolean): WatchEvent {
  const { kind: _kind, apiVersion: _apiVersion, metadata: _metadata, ...fields } = zeroOf(kind.struct) as KubeObject;
  const metadata = { resourceVersion: String(revision), ...(endsInitialEvents ? { annotations: INITIAL_EVENTS_END } : {}) };
  return { type: 'BOOKMARK', object: { kind: kind.kind, apiVersion: kind.apiVersion, metadata, ...fields } };
}
