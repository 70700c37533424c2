// From the bytes of a query to the bytes of its answer: the zone first, upstream for the rest, and a cache of finished answers.
//
// V1. A finished answer of the zone is kept as bytes until anything in the zone changes, so most queries cost one look-up and a copy.
// V2. Kept answers with several addresses are handed out in turns, each address first as often as any other.

import { isAbort } from '../../base/abort.ts';
import type { Logger } from '../../base/logger.ts';
import { answer, type ZoneAnswer } from './answer.ts';
import { ForwardError, type Forwarder } from './forwarder.ts';
import {
  CLASS_IN,
  encodeReply,
  malformedReply,
  parseQuery,
  RCODE,
  sizeLimit,
  TYPE,
  walkRecords,
  type DnsRecord,
  type Query,
  type Reply,
} from './message.ts';
import type { Zone } from './zone.ts';

interface Kept {
  readonly turns: readonly Buffer[];
  next: number;
}

const KEPT_ANSWERS = 20_000;
const MAX_TURNS = 8;
/** Queries with options of their own (cookies) differ each time; these are longer. */
const MAX_KEPT_QUERY_BYTES = 300;
const MAX_ALIASES = 8;
const STREAM_LIMIT_BYTES = 65_535;
const HEADER_BYTES = 12;

export class Resolver {
  readonly #zone: Zone;
  readonly #forwarder: Forwarder;
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  #kept = new Map<string, Kept>();

  constructor(zone: Zone, forwarder: Forwarder, logger: Logger, signal: AbortSignal) {
    this.#zone = zone;
    this.#forwarder = forwarder;
    this.#logger = logger;
    this.#signal = signal;
  }

  /** To be called when the zone changed (V1). */
  forget(): void {
    if (this.#kept.size > 0) this.#kept = new Map();
  }

  /** The answer where it is at hand, a promise where somebody must be asked, undefined where none is due. */
  respond(message: Buffer, overTcp: boolean): Buffer | Promise<Buffer> | undefined {
    const key = message.length <= MAX_KEPT_QUERY_BYTES ? `${overTcp ? 't' : 'u'}${message.toString('latin1', 2)}` : undefined;
    const kept = key === undefined ? undefined : this.#kept.get(key);
    if (kept !== undefined) return fromKept(kept, message);
    const query = parseQuery(message);
    if (query === undefined) return undefined;
    if (query === 'malformed') return malformedReply(message);
    const limit = overTcp ? STREAM_LIMIT_BYTES : sizeLimit(query);
    const refusal = refusalOf(query);
    if (refusal !== undefined) return encodeReply(query, empty(refusal), limit);
    const found = answer(query.labels, query.type, this.#zone);
    if (found === 'outside') return this.#forward(query, overTcp, limit);
    if (found.alias !== undefined) return this.#follow(query, found).then((whole) => encodeReply(query, whole, limit));
    return this.#keep(key, query, found, limit);
  }

  #keep(key: string | undefined, query: Query, reply: Reply, limit: number): Buffer {
    const turns = Math.min(reply.answers.length, MAX_TURNS);
    if (key === undefined || turns <= 1) {
      const whole = encodeReply(query, reply, limit);
      if (key !== undefined) this.#remember(key, { turns: [whole], next: 0 });
      return whole;
    }
    // V2
    const turn = (at: number): Buffer => encodeReply(query, { ...reply, answers: rotated(reply.answers, at) }, limit);
    const kept = { turns: Array.from({ length: turns }, (_, at) => turn(at)), next: 1 };
    this.#remember(key, kept);
    return kept.turns[0] ?? encodeReply(query, reply, limit);
  }

  #remember(key: string, kept: Kept): void {
    if (this.#kept.size >= KEPT_ANSWERS) this.forget();
    this.#kept.set(key, kept);
  }

  /** Looks up what an alias leads to, inside and outside, and appends it. */
  async #follow(query: Query, first: ZoneAnswer): Promise<Reply> {
    let answers: readonly DnsRecord[] = first.answers;
    let next = first.alias;
    for (let count = 0; next !== undefined && count < MAX_ALIASES; count++) {
      const labels = next.toLowerCase().replace(/\.$/, '').split('.');
      const found = answer(labels, query.type, this.#zone);
      if (found === 'outside') {
        answers = [...answers, ...(await this.#resolveOutside(labels, query.type))];
        break;
      }
      answers = [...answers, ...found.answers];
      next = found.alias;
    }
    return { ...first, answers };
  }

  /** Nothing when nobody answers: the alias itself is then still true. */
  async #resolveOutside(labels: readonly string[], type: number): Promise<DnsRecord[]> {
    try {
      return await this.#forwarder.resolve(labels, type);
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error;
      this.#logger.debug('an alias leads nowhere', { name: labels.join('.'), error });
      return [];
    }
  }

  async #forward(query: Query, overTcp: boolean, limit: number): Promise<Buffer> {
    const { question, checkingDisabled, edns, id } = query;
    try {
      const message = await this.#forwarder.forward({ question, checkingDisabled, dnssec: edns?.dnssec ?? false, overTcp });
      message.writeUInt16BE(id, 0);
      const fitting = edns === undefined ? withoutEdns(message, question.length) : message;
      return fitting.length <= limit ? fitting : truncated(fitting, question.length);
    } catch (error) {
      if (isAbort(error, this.#signal)) throw error;
      if (!(error instanceof ForwardError)) this.#logger.warn('a question could not be forwarded', { name: query.labels.join('.'), error });
      return encodeReply(query, empty(RCODE.SERVFAIL), limit);
    }
  }
}

function fromKept(kept: Kept, message: Buffer): Buffer {
  const reply = Buffer.from(kept.turns[kept.next] ?? Buffer.alloc(0));
  kept.next = kept.next + 1 < kept.turns.length ? kept.next + 1 : 0;
  reply.writeUInt16BE(message.readUInt16BE(0), 0);
  return reply;
}

function refusalOf(query: Query): number | undefined {
  if (query.opcode !== 0) return RCODE.NOTIMP;
  if (query.edns !== undefined && query.edns.version !== 0) return RCODE.BADVERS;
  // Zone transfers are for nobody.
  if (query.class !== CLASS_IN || query.type === 251 || query.type === 252) return RCODE.REFUSED;
  return undefined;
}

const empty = (rcode: number): Reply => ({ rcode, authoritative: false, answers: [], authority: [], additionals: [] });

const rotated = <T>(list: readonly T[], by: number): T[] => [...list.slice(by), ...list.slice(0, by)];

/** Takes out the record that only somebody who speaks EDNS may be sent. */
function withoutEdns(message: Buffer, questionBytes: number): Buffer {
  const place = [...walkRecords(message, HEADER_BYTES + questionBytes)].find(({ type }) => type === TYPE.OPT);
  if (place === undefined) return message;
  const rest = Buffer.concat([message.subarray(0, place.start), message.subarray(place.end)]);
  rest.writeUInt16BE(Math.max(0, rest.readUInt16BE(10) - 1), 10);
  return rest;
}

function truncated(message: Buffer, questionBytes: number): Buffer {
  const cut = Buffer.from(message.subarray(0, HEADER_BYTES + questionBytes));
  cut.writeUInt16BE(cut.readUInt16BE(2) | 0x0200, 2);
  for (const at of [6, 8, 10]) cut.writeUInt16BE(0, at);
  return cut;
}
