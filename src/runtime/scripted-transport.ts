// A transport whose server is a test: it answers requests as told and plays watches event by event.

import type { ClientRequest, RawRequest, Transport, WatchEvent, WatchRequest } from '../client/transport.ts';

interface OpenWatch {
  readonly request: WatchRequest;
  send(...events: readonly WatchEvent[]): void;
  end(error?: unknown): void;
}

/** Answers by `answer`; watches stay open until the test ends them or their signal fires. */
export class ScriptedTransport implements Transport {
  readonly requests: ClientRequest[] = [];
  readonly watches: OpenWatch[] = [];
  readonly #answer: (request: ClientRequest) => unknown;

  constructor(answer: (request: ClientRequest) => unknown) {
    this.#answer = answer;
  }

  async request(request: ClientRequest): Promise<unknown> {
    this.requests.push(request);
    return this.#answer(request);
  }

  watch(request: WatchRequest, sink: (events: readonly WatchEvent[]) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const send = (...events: readonly WatchEvent[]): void => {
        try {
          sink(events);
        } catch (error) {
          reject(error);
        }
      };
      this.watches.push({ request, send, end: (error) => (error === undefined ? resolve() : reject(error)) });
      request.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  raw(_request: RawRequest): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array());
  }
}
