// What happens to containers and sandboxes, as a stream that survives restarts of the runtime.
//
// E1. After each (re)connection comes `resync`: events may have been missed, so the reader must list again.
// E2. containerd's own event service is asked first: every version has it, it sends small messages, and it serves any number of
//     readers, where CRI's GetContainerEvents is missing before 1.7 and has one reader there. Other runtimes get the latter.

import type { Backoff } from '../../../base/backoff.ts';
import type { Clock } from '../../../base/clock.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Channel } from './channel.ts';
import { procedure } from './channel.ts';
import { RuntimeError, type RuntimeErrorCode } from './errors.ts';
import { procedures } from './procedures.ts';
import { bytes, decode, message, one, string, strings } from './schema.ts';
import type { ContainerEventType } from './messages/runtime.ts';

/** Something happened to the container or sandbox `id`, or the reader must list again. */
export type RuntimeEvent =
  | { readonly type: 'created' | 'started' | 'stopped' | 'deleted'; readonly id: string }
  | { readonly type: 'resync' };

const anyMessage = message('Any', { typeUrl: string(1), value: bytes(2) });
const envelope = message('Envelope', { namespace: string(2), topic: string(3), event: one(anyMessage, 4) });
const subscribeRequest = message('SubscribeRequest', { filters: strings(1) });
const subscribe = procedure('/containerd.services.events.v1.Events/Subscribe', subscribeRequest, envelope);

// Field 1 is the container in all of these; a task's exit names in field 2 the process, which is the container's own unless it was an exec.
const subject = message('Subject', { containerId: string(1), processId: string(2) });

const topics: Readonly<Record<string, 'created' | 'started' | 'stopped' | 'deleted'>> = {
  '/containers/create': 'created',
  '/tasks/start': 'started',
  '/tasks/exit': 'stopped',
  '/containers/delete': 'deleted',
};

const criTypes: Readonly<Record<ContainerEventType, 'created' | 'started' | 'stopped' | 'deleted'>> = {
  CONTAINER_CREATED_EVENT: 'created',
  CONTAINER_STARTED_EVENT: 'started',
  CONTAINER_STOPPED_EVENT: 'stopped',
  CONTAINER_DELETED_EVENT: 'deleted',
};

/** What calls fail with while a runtime is away, starting, or without the service. */
const AWAY: ReadonlySet<RuntimeErrorCode> = new Set([
  'Canceled',
  'DeadlineExceeded',
  'Internal',
  'Unavailable',
  'Unimplemented',
  'Unknown',
]);

/** Reads one of containerd's envelopes; undefined when it says nothing about a container's life. */
export function fromEnvelope(topic: string, payload: Uint8Array): RuntimeEvent | undefined {
  const type = topics[topic];
  if (type === undefined) return undefined;
  // Only an exit has a text in field 2 that matters; the others may hold another type there.
  const { containerId, processId } = type === 'stopped' ? decode(subject, payload) : { ...decode(idOnly, payload), processId: '' };
  if (processId !== '' && processId !== containerId) return undefined;
  return { type, id: containerId };
}

const idOnly = message('IdOnly', { containerId: string(1) });

async function* containerdEvents(channel: Channel, signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
  const filters = Object.keys(topics).map((topic) => `namespace==k8s.io,topic=="${topic}"`);
  for await (const { topic, event } of channel.stream(subscribe, { filters }, signal)) {
    const known = event === undefined ? undefined : fromEnvelope(topic, event.value);
    if (known !== undefined) yield known;
  }
}

async function* criEvents(channel: Channel, signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
  for await (const event of channel.stream(procedures.getContainerEvents, {}, signal)) {
    yield { type: criTypes[event.containerEventType], id: event.containerId };
  }
}

/** Events until the signal fires; a runtime that is away is waited for. */
export async function* runtimeEvents(channel: Channel, clock: Clock, backoff: Backoff, signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
  let source = containerdEvents;
  while (!signal.aborted) {
    try {
      // A cheap call first, so that `resync` is said when there is something to list.
      await channel.unary(procedures.version, {}, { signal, timeoutMs: 5_000 });
      yield { type: 'resync' };
      for await (const event of source(channel, signal)) {
        backoff.reset();
        yield event;
      }
    } catch (error) {
      if (isAbort(error, signal)) return;
      if (!(error instanceof RuntimeError) || !AWAY.has(error.code)) throw error;
      if (error.code === 'Unimplemented' && source === containerdEvents) source = criEvents;
    }
    if (
      await clock.sleep(backoff.next(), signal).then(
        () => false,
        () => true,
      )
    )
      return;
  }
}
