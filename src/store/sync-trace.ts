// Turns a recording of a process's system calls into what the disk was certain to hold at each moment: the ground of the durability proof.
//
// T1. Written bytes are certain only once a sync of their file, begun after them, has returned; until then any prefix may be there.
// T2. Calls are ordered by when they took effect: a sync by its return, everything else by its start.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A call that matters: bytes or a length for a file, a sync of it, or text to standard output. */
export type Call =
  | { readonly did: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly did: 'truncate'; readonly file: string; readonly sizeBytes: number }
  | { readonly did: 'sync'; readonly file: string }
  | { readonly did: 'say'; readonly text: string };

/** What to put before a command so that its calls are recorded in `folder`, a file a thread. */
export function traced(folder: string): string[] {
  const options = ['--timestamps=format:unix,precision:ns', '--syscall-times=ns', '-ff', '-y', '-xx', '-s', '1000000', '--seccomp-bpf'];
  return ['strace', ...options, '-e', 'trace=pwrite64,fdatasync,fsync,ftruncate,write', '-e', 'signal=none', '-o', join(folder, 'calls')];
}

const LINE = /^(?<at>[\d.]+) (?<name>\w+)\((?<handle>\d+)<(?<path>[^>]*)>(?<rest>.*)\) = (?<result>\d+) <(?<took>[\d.]+)>$/;

function unescape(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

/** Nanoseconds; seconds since the epoch have more digits than a number keeps. */
function nanoseconds(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

function toCall(name: string, handle: string, path: string, rest: string): Call | undefined {
  const file = unescape(path).toString();
  const [, data = '', tail = ''] = /^, (?:"([^"]*)", )?(.*)$/.exec(rest) ?? [];
  switch (name) {
    case 'pwrite64':
      return { did: 'write', file, offset: Number(tail.split(', ')[1]), bytes: unescape(data) };
    case 'ftruncate':
      return { did: 'truncate', file, sizeBytes: Number(tail) };
    case 'fsync':
    case 'fdatasync':
      return { did: 'sync', file };
    default:
      return handle === '1' ? { did: 'say', text: unescape(data).toString() } : undefined;
  }
}

/** All recorded calls of all threads, in the order in which they took effect (T2). */
export function readCalls(folder: string): Call[] {
  const timed: { readonly atNs: bigint; readonly call: Call }[] = [];
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, name), 'latin1').split('\n')) {
      const groups = LINE.exec(line)?.groups;
      if (groups === undefined) continue;
      const { at = '', name: call = '', handle = '', path = '', rest = '', took = '' } = groups;
      const parsed = toCall(call, handle, path, rest);
      if (parsed !== undefined) timed.push({ atNs: nanoseconds(at) + (parsed.did === 'sync' ? nanoseconds(took) : 0n), call: parsed });
    }
  }
  return timed.sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0)).map(({ call }) => call);
}

type Modification = Extract<Call, { did: 'write' | 'truncate' }>;

function applied(content: Buffer, change: Modification): Buffer {
  if (change.did === 'truncate')
    return Buffer.concat([content, Buffer.alloc(Math.max(0, change.sizeBytes - content.length))]).subarray(0, change.sizeBytes);
  const end = change.offset + change.bytes.length;
  const next = Buffer.concat([content, Buffer.alloc(Math.max(0, end - content.length))]);
  change.bytes.copy(next, change.offset);
  return next;
}

/** A file between what is certain and what was written. */
class TracedFile {
  #certain: Buffer = Buffer.alloc(0);
  #unsynced: Modification[] = [];

  modify(change: Modification): void {
    this.#unsynced.push(change);
  }

  sync(): void {
    for (const change of this.#unsynced) this.#certain = applied(this.#certain, change);
    this.#unsynced = [];
  }

  /** How many prefixes of the unsynced changes there are besides none. */
  get unsynced(): number {
    return this.#unsynced.length;
  }

  /** The content if the machine stopped now and the first `count` unsynced changes had reached the disk. */
  cut(count: number): Buffer {
    return this.#unsynced.slice(0, count).reduce(applied, this.#certain);
  }
}

/** The files of a traced process, as they would be found after the machine stopped. */
export class TracedDisk {
  readonly #files = new Map<string, TracedFile>();

  /** Takes in a call to a file. */
  apply(call: Exclude<Call, { did: 'say' }>): void {
    const file = this.file(call.file);
    if (call.did === 'sync') file.sync();
    else file.modify(call);
  }

  file(path: string): TracedFile {
    const known = this.#files.get(path) ?? new TracedFile();
    this.#files.set(path, known);
    return known;
  }
}
