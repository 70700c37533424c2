// Asks upstream resolvers about names outside the cluster, remembers what they said, and turns to the next one when one fails.
//
// G1. An answer is remembered no longer than its records live; while it is, they age as they are handed out.
// G2. The same question asked by many at once goes out once.
// G3. A resolver that failed is asked last for a while.

import type { Clock } from '../../base/clock.ts';
import { isAbort } from '../../base/abort.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { encodeQuery, encodeQuestion, RCODE, TYPE, walkRecords, type DnsRecord, type Labels, type RecordPlace } from './message.ts';
import { askDatagram, askStream, parseUpstream, type Asking, type UpstreamAddress } from './upstream.ts';

export interface ForwarderOptions {
  /** Who to ask, first to last. */
  readonly upstreams: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What is asked, apart from who asks. */
export interface Forwarded {
  readonly question: Buffer;
  readonly checkingDisabled: boolean;
  readonly dnssec: boolean;
  readonly overTcp: boolean;
}

interface Remembered {
  readonly message: Buffer;
  readonly places: readonly RecordPlace[];
  readonly sinceMs: number;
  readonly untilMs: number;
}

const TIMEOUT_MS = 2_000;
const ATTEMPTS = 4;
const AVOID_MS = 10_000;
const REMEMBERED_ANSWERS = 10_000;
const MAX_AGE_MS = 30_000;
const MAX_OUTSTANDING = 2_000;
const HEADER_BYTES = 12;

/** Why there is no answer from outside. */
export class ForwardError extends Error {
  override readonly name = 'ForwardError';
}

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #remembered = new Map<string, Remembered>();
  readonly #outstanding = new Map<string, Promise<Buffer>>();
  readonly #avoidUntilMs = new Map<string, number>();

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** The upstream's message, its id to be replaced; throws a ForwardError when nobody answers. */
  async forward(asked: Forwarded): Promise<Buffer> {
    const key = `${asked.overTcp ? 't' : 'u'}${asked.dnssec ? 'd' : ''}${asked.checkingDisabled ? 'c' : ''} ${asked.question.toString('latin1').toLowerCase()}`;
    const remembered = this.#recall(key);
    if (remembered !== undefined) return restored(remembered, asked.question);
    let outstanding = this.#outstanding.get(key);
    if (outstanding === undefined) {
      if (this.#outstanding.size >= MAX_OUTSTANDING) throw new ForwardError('too many questions are under way');
      // G2
      outstanding = this.#ask(asked, key).finally(() => this.#outstanding.delete(key));
      this.#outstanding.set(key, outstanding);
    }
    return restored(Buffer.from(await outstanding), asked.question);
  }

  /** The addresses (or whatever `type` is) that an outside name leads to, as records; none when nobody answers. */
  async resolve(labels: Labels, type: number): Promise<DnsRecord[]> {
    const question = encodeQuestion(labels, type);
    const message = await this.forward({ question, checkingDisabled: false, dnssec: false, overTcp: false });
    const count = message.readUInt16BE(6);
    return [...walkRecords(message, HEADER_BYTES + question.length)].slice(0, count).flatMap((place) => readRecord(message, place));
  }

  #recall(key: string): Buffer | undefined {
    const found = this.#remembered.get(key);
    if (found === undefined) return undefined;
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs >= found.untilMs) {
      this.#remembered.delete(key);
      return undefined;
    }
    // G1
    const message = Buffer.from(found.message);
    const ageSeconds = Math.floor((nowMs - found.sinceMs) / 1000);
    for (const { ttlAt } of found.places) message.writeUInt32BE(Math.max(0, message.readUInt32BE(ttlAt) - ageSeconds), ttlAt);
    return message;
  }

  async #ask(asked: Forwarded, key: string): Promise<Buffer> {
    const { clock, random, logger, signal } = this.#options;
    const upstreams = await this.#inOrder();
    if (upstreams.length === 0) throw new ForwardError('no upstream resolver is known');
    const asking: Asking = { clock, timeoutMs: TIMEOUT_MS, signal };
    let failure: unknown;
    for (let attempt = 0; attempt < Math.max(ATTEMPTS / 2, Math.min(upstreams.length, ATTEMPTS)); attempt++) {
      const upstream = upstreams[attempt % upstreams.length] ?? '';
      try {
        const address: UpstreamAddress = parseUpstream(upstream);
        const [high = 0, low = 0] = random.bytes(2);
        const query = encodeQuery(high * 256 + low, asked.question, asked);
        const message = await (asked.overTcp ? askStream : askDatagram)(address, query, asked.question, asking);
        const rcode = message.readUInt16BE(2) & 15;
        if (rcode !== RCODE.SERVFAIL && rcode !== RCODE.REFUSED) {
          this.#avoidUntilMs.delete(upstream);
          this.#remember(key, message, asked.question.length);
          return message;
        }
        failure = new ForwardError(`the resolver ${upstream} answered with code ${rcode}`);
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        failure = error;
      }
      // G3
      this.#avoidUntilMs.set(upstream, clock.monotonicMs() + AVOID_MS);
      logger.debug('an upstream resolver failed', { upstream, error: failure });
    }
    throw new ForwardError('no upstream resolver answered', { cause: failure });
  }

  async #inOrder(): Promise<readonly string[]> {
    const nowMs = this.#options.clock.monotonicMs();
    const avoided = (upstream: string): number => ((this.#avoidUntilMs.get(upstream) ?? 0) > nowMs ? 1 : 0);
    return (await this.#options.upstreams()).toSorted((a, b) => avoided(a) - avoided(b));
  }

  #remember(key: string, message: Buffer, questionBytes: number): void {
    const flags = message.readUInt16BE(2);
    const rcode = flags & 15;
    const isTruncated = (flags & 0x0200) !== 0;
    if (isTruncated || (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN)) return;
    const places = [...walkRecords(message, HEADER_BYTES + questionBytes)].filter(({ type }) => type !== TYPE.OPT);
    const lives = places.map(({ ttlAt }) => message.readUInt32BE(ttlAt));
    // Without a record there is no telling how long "nothing" holds.
    const lifeMs = Math.min(...lives, lives.length === 0 ? 0 : Number.POSITIVE_INFINITY) * 1000;
    if (lifeMs <= 0) return;
    if (this.#remembered.size >= REMEMBERED_ANSWERS) this.#remembered.clear();
    const sinceMs = this.#options.clock.monotonicMs();
    this.#remembered.set(key, { message: Buffer.from(message), places, sinceMs, untilMs: sinceMs + Math.min(lifeMs, MAX_AGE_MS) });
  }
}

/** The asker's own spelling of the name, in the place of whoever asked first. */
function restored(message: Buffer, question: Buffer): Buffer {
  question.copy(message, HEADER_BYTES);
  return message;
}

/** Addresses and aliases; anything else does not belong behind an alias. */
function readRecord(message: Buffer, { start, type, ttlAt, dataAt, end }: RecordPlace): DnsRecord[] {
  const name = readName(message, start);
  const ttl = message.readUInt32BE(ttlAt);
  if (type === TYPE.CNAME) return [{ name, ttl, data: { type: 'CNAME', target: readName(message, dataAt) } }];
  if (type !== TYPE.A && type !== TYPE.AAAA) return [];
  return [{ name, ttl, data: { type: 'raw', code: type, bytes: Buffer.from(message.subarray(dataAt, end)) } }];
}

function readName(message: Buffer, start: number): string {
  const labels: string[] = [];
  let at = start;
  // A name has at most 127 labels; pointers that go round in circles end with that.
  for (let steps = 0; steps < 255; steps++) {
    const length = message[at] ?? 0;
    if (length === 0) break;
    if (length >= 0xc0) at = ((length & 0x3f) << 8) | (message[at + 1] ?? 0);
    else {
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
  return labels.join('.');
}
