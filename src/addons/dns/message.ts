// The wire format of DNS, as far as a server of A, SRV, PTR and a few more needs it: reading queries, writing answers.
//
// M1. The question of an answer is the question's own bytes, so the case that the client chose is kept.
// M2. Names are compressed, so that an answer fits where an uncompressed one would be cut off.

export const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, ANY: 255 } as const;
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;
export const CLASS_IN = 1;

/** A name as its labels, from the host to the top; lower case where it is compared. */
export type Labels = readonly string[];

export interface Edns {
  readonly sizeBytes: number;
  readonly version: number;
  readonly dnssec: boolean;
}

export interface Query {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** In lower case. */
  readonly labels: Labels;
  readonly type: number;
  readonly class: number;
  /** The question as it came. */
  readonly question: Buffer;
  readonly edns: Edns | undefined;
}

/** What a record says; names are without the final dot. */
export type RecordData =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'CNAME' | 'PTR' | 'NS'; readonly target: string }
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
  | { readonly type: 'SOA'; readonly primary: string; readonly mailbox: string; readonly serial: number; readonly minimum: number }
  | { readonly type: 'raw'; readonly code: number; readonly bytes: Uint8Array };

export interface DnsRecord {
  readonly name: string;
  readonly ttl: number;
  readonly data: RecordData;
}

export interface Reply {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

const HEADER_BYTES = 12;
const SERVER_EDNS_BYTES = 4096;
const FLAG = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  checkingDisabled: 0x0010,
};

/** Reads a query; `malformed` when it deserves a FORMERR, undefined when it deserves no answer at all. */
export function parseQuery(message: Buffer): Query | 'malformed' | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & FLAG.response) !== 0) return undefined;
  if (message.readUInt16BE(4) !== 1) return 'malformed';
  const name = readPlainName(message, HEADER_BYTES);
  if (name === undefined || name.end + 4 > message.length) return 'malformed';
  const edns = findEdns(message, name.end + 4);
  if (edns === 'malformed') return 'malformed';
  return {
    id: message.readUInt16BE(0),
    opcode: (flags >> 11) & 15,
    recursionDesired: (flags & FLAG.recursionDesired) !== 0,
    checkingDisabled: (flags & FLAG.checkingDisabled) !== 0,
    labels: name.labels,
    type: message.readUInt16BE(name.end),
    class: message.readUInt16BE(name.end + 2),
    question: message.subarray(HEADER_BYTES, name.end + 4),
    edns,
  };
}

function readPlainName(message: Buffer, start: number): { labels: string[]; end: number } | undefined {
  const labels: string[] = [];
  for (let at = start; at < message.length && at - start < 255;) {
    const length = message[at] ?? 0;
    if (length === 0) return { labels, end: at + 1 };
    if (length > 63 || at + 1 + length > message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return undefined;
}

function findEdns(message: Buffer, start: number): Edns | 'malformed' | undefined {
  const records = [...walkRecords(message, start)];
  const expected = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  if (records.length !== expected) return 'malformed';
  const found = records.filter(({ type }) => type === TYPE.OPT);
  const [record] = found;
  if (found.length > 1) return 'malformed';
  if (record === undefined) return undefined;
  const extended = message.readUInt32BE(record.ttlAt);
  return { sizeBytes: message.readUInt16BE(record.ttlAt - 2), version: (extended >> 16) & 255, dnssec: (extended & 0x8000) !== 0 };
}

export interface RecordPlace {
  readonly start: number;
  readonly type: number;
  readonly ttlAt: number;
  readonly dataAt: number;
  readonly end: number;
}

/** Where the records after the question lie; ends early where the message is broken. */
export function* walkRecords(message: Buffer, start: number): Generator<RecordPlace> {
  for (let at = start; at < message.length;) {
    const nameEnd = skipName(message, at);
    if (nameEnd === undefined || nameEnd + 10 > message.length) return;
    const end = nameEnd + 10 + message.readUInt16BE(nameEnd + 8);
    if (end > message.length) return;
    yield { start: at, type: message.readUInt16BE(nameEnd), ttlAt: nameEnd + 4, dataAt: nameEnd + 10, end };
    at = end;
  }
}

function skipName(message: Buffer, start: number): number | undefined {
  for (let at = start; at < message.length;) {
    const length = message[at] ?? 0;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > 63) return undefined;
    at += 1 + length;
  }
  return undefined;
}

/** The most that an answer over UDP may hold. */
export const sizeLimit = ({ edns }: Query): number => Math.min(Math.max(edns?.sizeBytes ?? 512, 512), SERVER_EDNS_BYTES);

/** Writes the answer to `query`; what does not fit into `limitBytes` is left out and, but for additional records, said to be. */
export function encodeReply(query: Query, reply: Reply, limitBytes: number): Buffer {
  const whole = write(query, reply, false);
  if (whole.length <= limitBytes) return whole;
  const bare = write(query, { ...reply, additionals: [] }, false);
  if (bare.length <= limitBytes) return bare;
  let fits = 0;
  let tooMany = reply.answers.length + 1;
  const cut = (count: number): Buffer =>
    write(query, { ...reply, answers: reply.answers.slice(0, count), authority: [], additionals: [] }, true);
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (cut(middle).length <= limitBytes) fits = middle;
    else tooMany = middle;
  }
  return cut(fits);
}

function write(query: Query, reply: Reply, truncated: boolean): Buffer {
  const { answers, authority, additionals } = reply;
  const writer = new Writer(query.question, query.labels);
  for (const record of answers) writer.record(record);
  for (const record of authority) writer.record(record);
  for (const record of additionals) writer.record(record);
  if (query.edns !== undefined) writer.opt(reply.rcode >> 4);
  const flags =
    FLAG.response |
    FLAG.recursionAvailable |
    (query.opcode << 11) |
    (reply.authoritative ? FLAG.authoritative : 0) |
    (truncated ? FLAG.truncated : 0) |
    (query.recursionDesired ? FLAG.recursionDesired : 0) |
    (query.checkingDisabled ? FLAG.checkingDisabled : 0) |
    (reply.rcode & 15);
  const counts = [1, answers.length, authority.length, additionals.length + (query.edns === undefined ? 0 : 1)];
  return writer.finish([query.id, flags, ...counts]);
}

/** An answer to what could not be read. */
export function malformedReply(message: Buffer): Buffer {
  const reply = Buffer.alloc(HEADER_BYTES);
  reply.writeUInt16BE(message.readUInt16BE(0), 0);
  reply.writeUInt16BE(FLAG.response | RCODE.FORMERR, 2);
  return reply;
}

/** A query of our own for `question`, as it is sent upstream. */
export function encodeQuery(
  id: number,
  question: Uint8Array,
  { checkingDisabled, dnssec }: { checkingDisabled: boolean; dnssec: boolean },
): Buffer {
  const writer = new Writer(question, []);
  writer.opt(0, dnssec);
  return writer.finish([id, FLAG.recursionDesired | (checkingDisabled ? FLAG.checkingDisabled : 0), 1, 0, 0, 1]);
}

/** The question for a name and a type. */
export function encodeQuestion(labels: Labels, type: number): Buffer {
  const parts = labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  return Buffer.concat([...parts, Buffer.of(0, type >> 8, type & 255, 0, CLASS_IN)]);
}

/** Appends to a growing buffer, and remembers where names stand (M2). */
class Writer {
  #buffer = Buffer.alloc(512);
  #at: number;
  readonly #names = new Map<string, number>();

  constructor(question: Uint8Array, labels: Labels) {
    this.#at = HEADER_BYTES;
    this.#bytes(question);
    let at = HEADER_BYTES;
    for (const [index, label] of labels.entries()) {
      this.#names.set(labels.slice(index).join('.'), at);
      at += 1 + label.length;
    }
  }

  record({ name, ttl, data }: DnsRecord): void {
    this.#name(name);
    this.#uint16(data.type === 'raw' ? data.code : TYPE[data.type]);
    this.#uint16(CLASS_IN);
    this.#uint32(ttl);
    const lengthAt = this.#at;
    this.#uint16(0);
    this.#data(data);
    this.#buffer.writeUInt16BE(this.#at - lengthAt - 2, lengthAt);
  }

  opt(extendedRcode: number, dnssec = false): void {
    this.#bytes(Buffer.of(0, 0, TYPE.OPT, SERVER_EDNS_BYTES >> 8, SERVER_EDNS_BYTES & 255, extendedRcode, 0, dnssec ? 0x80 : 0, 0, 0, 0));
  }

  finish(header: readonly number[]): Buffer {
    for (const [index, value] of header.entries()) this.#buffer.writeUInt16BE(value, index * 2);
    return this.#buffer.subarray(0, this.#at);
  }

  #data(data: RecordData): void {
    switch (data.type) {
      case 'A':
        return this.#bytes(Buffer.from(data.address.split('.').map(Number)));
      case 'CNAME':
      case 'PTR':
      case 'NS':
        return this.#name(data.target);
      case 'TXT':
        return this.#bytes(Buffer.concat([Buffer.of(data.text.length), Buffer.from(data.text, 'latin1')]));
      case 'SRV':
        for (const value of [data.priority, data.weight, data.port]) this.#uint16(value);
        // Compressed targets of SRV are not understood everywhere.
        return this.#name(data.target, false);
      case 'SOA':
        this.#name(data.primary);
        this.#name(data.mailbox);
        for (const value of [data.serial, 7200, 1800, 86_400, data.minimum]) this.#uint32(value);
        return;
      case 'raw':
        return this.#bytes(data.bytes);
    }
  }

  #name(name: string, compress = true): void {
    let rest = name.endsWith('.') ? name.slice(0, -1) : name;
    while (rest !== '') {
      const known = this.#names.get(rest.toLowerCase());
      if (known !== undefined && compress) return this.#uint16(0xc000 | known);
      if (known === undefined && this.#at < 0x4000) this.#names.set(rest.toLowerCase(), this.#at);
      const dot = rest.indexOf('.');
      const label = dot < 0 ? rest : rest.slice(0, dot);
      rest = dot < 0 ? '' : rest.slice(dot + 1);
      this.#bytes(Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
    }
    this.#bytes(Buffer.of(0));
  }

  #uint16(value: number): void {
    this.#bytes(Buffer.of(value >> 8, value & 255));
  }

  #uint32(value: number): void {
    this.#bytes(Buffer.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255));
  }

  #bytes(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer, Buffer.alloc(Math.max(this.#buffer.length, bytes.length))]);
    }
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}
