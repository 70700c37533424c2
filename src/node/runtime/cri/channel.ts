// One gRPC connection to a unix socket: unary calls and server streams of CRI messages, ended by signals.
//
// H1. Every call ends with its signal or its deadline, and then rejects with the signal's reason or DeadlineExceeded.
// H2. The connection is made on the first call, and again without long back-off when the runtime returns.

import { Client, credentials, type ServiceError } from '@grpc/grpc-js';

import type { Clock } from '../../../base/clock.ts';
import { Queue } from '../../../base/queue.ts';
import { RuntimeError } from './errors.ts';
import type { Fields, Input, Message, Output } from './schema.ts';
import { decode, encode } from './schema.ts';

/** How long a call may take when it does not say. */
const DEFAULT_TIMEOUT_MS = 120_000;
const RECEIVE_LIMIT_BYTES = 64 * 1024 * 1024;
const DEADLINE_EXCEEDED = 4;

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/** A remote procedure: its path and how its messages are written and read. */
export interface Procedure<Request, Response> {
  readonly path: string;
  readonly encode: (request: Request) => Buffer;
  readonly decode: (bytes: Buffer) => Response;
}

/** Declares a procedure. */
export function procedure<Q extends Fields, S extends Fields>(
  path: string,
  request: Message<Q>,
  response: Message<S>,
): Procedure<Input<Message<Q>>, Output<Message<S>>> {
  return { path, encode: (value) => Buffer.from(encode(request, value)), decode: (raw) => decode(response, raw) };
}

function isServiceError(error: Error): error is ServiceError {
  return 'code' in error && typeof error.code === 'number';
}

/** Calls procedures over one socket, whose path may change between calls. */
export class Channel {
  readonly #socket: () => string;
  readonly #clock: Clock;
  #open: { readonly path: string; readonly client: Client } | undefined;

  constructor(socket: string | (() => string), clock: Clock) {
    this.#socket = typeof socket === 'string' ? () => socket : socket;
    this.#clock = clock;
  }

  close(): void {
    this.#open?.client.close();
    this.#open = undefined;
  }

  /** Calls and waits for the one answer. */
  unary<Q, S>(rpc: Procedure<Q, S>, request: Q, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions): Promise<S> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      let ended: unknown;
      const end = (reason: unknown): void => {
        ended = reason;
        call.cancel();
      };
      const onAbort = (): void => end(signal.reason);
      const call = this.#client().makeUnaryRequest(rpc.path, rpc.encode, rpc.decode, request, (error, response) => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        if (response !== undefined && error === null) resolve(response);
        else reject(ended ?? this.#failure(rpc.path, error));
      });
      const timer = this.#clock.after(timeoutMs, () =>
        end(new RuntimeError(DEADLINE_EXCEEDED, rpc.path, `no answer within ${timeoutMs} ms`)),
      );
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Yields what the server sends until it ends the stream, fails (which throws) or the signal fires (which returns). */
  async *stream<Q, S>(rpc: Procedure<Q, S>, request: Q, signal: AbortSignal): AsyncGenerator<S> {
    if (signal.aborted) return;
    const call = this.#client().makeServerStreamRequest(rpc.path, rpc.encode, rpc.decode, request);
    const arrived = new Queue<S>();
    let end: { readonly error?: Error } | undefined;
    let wake = (): void => {};
    const finish = (outcome: { readonly error?: Error }): void => {
      end ??= outcome;
      wake();
    };
    const onAbort = (): void => {
      finish({});
      call.cancel();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    call.on('data', (value: S) => {
      arrived.push(value);
      wake();
    });
    call.on('end', () => finish({}));
    call.on('error', (error: Error) => finish({ error: this.#failure(rpc.path, error) }));
    try {
      for (;;) {
        for (let value = arrived.shift(); value !== undefined; value = arrived.shift()) yield value;
        if (end !== undefined) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const { error } = end;
      if (error !== undefined) throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      call.cancel();
    }
  }

  #client(): Client {
    const path = this.#socket();
    if (this.#open?.path === path) return this.#open.client;
    this.close();
    const client = new Client(`unix://${path}`, credentials.createInsecure(), {
      'grpc.default_authority': 'localhost',
      'grpc.max_receive_message_length': RECEIVE_LIMIT_BYTES,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.min_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 500,
      'grpc.enable_retries': 0,
    });
    this.#open = { path, client };
    return client;
  }

  #failure(path: string, error: Error | null): Error {
    if (error === null) return new RuntimeError(2, path, 'the runtime sent no answer');
    return isServiceError(error) ? new RuntimeError(error.code, path, error.details, error) : error;
  }
}
