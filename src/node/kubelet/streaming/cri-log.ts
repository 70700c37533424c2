// Container logs as runtimes write them: `<time> stdout|stderr P|F <text>` a line, and what of it a reader asked for. Pure.
//
// L1. A line of the container may be spread over several entries (P … F); its time is shown once.

import { parseTime } from '../../../machinery/timestamp.ts';

export interface LogSelection {
  readonly sinceMs?: number;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
  /** Only what was written to one of the two. */
  readonly stream?: 'stdout' | 'stderr';
}

const NEWLINE = 10;
const SPACE = 32;
const NANOSECOND_DIGITS = 9;
const encoder = new TextEncoder();

/** A time with all nine digits of its fraction, as upstream prints it. */
export function fixedTimestamp(time: string): string {
  const [, seconds = '', fraction = '', zone = ''] = /^([^.Z+]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return seconds === '' ? time : `${seconds}.${fraction.padEnd(NANOSECOND_DIGITS, '0')}${zone}`;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** Turns the bytes of a log file into the bytes that a reader gets. */
export class LogFilter {
  readonly #selection: LogSelection;
  #rest: Uint8Array[] = [];
  #left: number;
  #lineOpen = false;

  constructor(selection: LogSelection) {
    this.#selection = selection;
    this.#left = selection.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the reader has all that may be given. */
  get full(): boolean {
    return this.#left <= 0;
  }

  /** What of a piece of the file is to be shown; what is left of a line waits for the next piece. */
  push(piece: Uint8Array): Uint8Array {
    const out: Uint8Array[] = [];
    let at = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1 && !this.full; end = piece.indexOf(NEWLINE, at)) {
      const line = piece.subarray(at, end);
      this.#line(this.#rest.length === 0 ? line : concat([...this.#rest, line]), out);
      this.#rest = [];
      at = end + 1;
    }
    if (at < piece.byteLength) this.#rest.push(piece.slice(at));
    return concat(out);
  }

  #line(line: Uint8Array, out: Uint8Array[]): void {
    const timeEnd = line.indexOf(SPACE);
    const streamEnd = timeEnd === -1 ? -1 : line.indexOf(SPACE, timeEnd + 1);
    // Half-written lines of a runtime that was killed are no entries.
    if (streamEnd === -1) return;
    const head = String.fromCharCode(...line.subarray(0, streamEnd));
    const time = head.slice(0, timeEnd);
    const stream = head.slice(timeEnd + 1);
    const tagEnd = line.indexOf(SPACE, streamEnd + 1);
    const tag = String.fromCharCode(...line.subarray(streamEnd + 1, tagEnd === -1 ? line.byteLength : tagEnd));
    const text = tagEnd === -1 ? new Uint8Array(0) : line.subarray(tagEnd + 1);
    const { sinceMs, timestamps = false, stream: wanted } = this.#selection;
    if (wanted !== undefined && stream !== wanted) return;
    if (sinceMs !== undefined && (parseTime(time) ?? 0) < sinceMs) return;
    // L1
    if (timestamps && !this.#lineOpen) this.#emit(encoder.encode(`${fixedTimestamp(time)} `), out);
    this.#lineOpen = tag.split(':')[0] === 'P';
    this.#emit(text, out);
    if (!this.#lineOpen) this.#emit(Uint8Array.of(NEWLINE), out);
  }

  #emit(bytes: Uint8Array, out: Uint8Array[]): void {
    const shown = bytes.byteLength > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= shown.byteLength;
    if (shown.byteLength > 0) out.push(shown);
  }
}
