// Reads a container's log file, from its end where only the last lines are wanted, and follows it while the container runs.
//
// F1. The container's end is looked at before the file is read to its end, so that its last words are never missed.
// F2. A file that was rotated away is read to its end before the new one is opened.

import { watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { Clock } from '../../../base/clock.ts';
import { errorCode } from '../../scope/index.ts';
import { LogFilter } from './cri-log.ts';
import type { LogSelection } from './cri-log.ts';

const PIECE_BYTES = 64 * 1024;
/** How long a change may go unnoticed when the file system does not tell. */
const POLL_MS = 500;
const NEWLINE = 10;

export interface LogRequest extends LogSelection {
  /** As this process reaches it. */
  readonly path: string;
  readonly tailLines?: number;
  readonly follow: boolean;
  /** Whether more may still be written. */
  isRunning(): boolean;
}

/** The log as it comes; ends with the container when followed, otherwise with the file. */
export async function* readLog(request: LogRequest, clock: Clock, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const filter = new LogFilter(request);
  const first = await openWhenThere(request, clock, signal);
  if (first === undefined) return;
  let file = first;
  try {
    let at = request.tailLines === undefined ? 0 : await tailStart(file, request.tailLines);
    for (;;) {
      const mayGrow = request.follow && request.isRunning(); // F1
      at = yield* piecesFrom(file, at, filter, signal);
      if (filter.full || signal.aborted) return;
      const next: FileHandle | undefined = request.follow ? await successor(file, request.path) : undefined;
      if (next !== undefined) {
        yield* piecesFrom(file, at, filter, signal); // F2
        await file.close();
        file = next;
        at = 0;
      } else if (!mayGrow) return;
      else await changed(request.path, clock, signal);
    }
  } finally {
    await file.close();
  }
}

async function* piecesFrom(file: FileHandle, start: number, filter: LogFilter, signal: AbortSignal): AsyncGenerator<Uint8Array, number> {
  let at = start;
  while (!filter.full && !signal.aborted) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const shown = filter.push(buffer.subarray(0, bytesRead));
    if (shown.byteLength > 0) yield shown;
  }
  return at;
}

/** The runtime makes the file when the container starts. */
async function openWhenThere({ path, follow, isRunning }: LogRequest, clock: Clock, signal: AbortSignal): Promise<FileHandle | undefined> {
  for (;;) {
    try {
      return await open(path, 'r');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      if (!follow || !isRunning()) return undefined;
      await clock.sleep(POLL_MS / 5, signal);
    }
  }
}

/** Where the last lines begin. */
async function tailStart(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  let left = lines + 1;
  let at = size;
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  if (lines <= 0) return size;
  while (at > 0) {
    const length = Math.min(PIECE_BYTES, at);
    at -= length;
    await file.read(piece, 0, length, at);
    for (let index = length - 1; index >= 0; index--) {
      // A newline that ends the file ends its last line; any other begins one.
      if (piece[index] !== NEWLINE) {
        if (at + index === size - 1) left--;
        if (left > 0) continue;
      } else left--;
      if (left === 0) return at + index + 1;
    }
  }
  return 0;
}

/** The file that took this one's place. */
async function successor(file: FileHandle, path: string): Promise<FileHandle | undefined> {
  try {
    const [held, there] = await Promise.all([file.stat(), stat(path)]);
    return held.ino === there.ino && held.dev === there.dev ? undefined : await open(path, 'r');
  } catch (error) {
    // Between the rotation and the first line of the new file there is none.
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Resolves when the file may have changed. */
async function changed(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  try {
    watch(path, { signal: either }, () => done.abort())
      // A file that goes away is found by the next look.
      .on('error', () => done.abort());
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  await clock.sleep(POLL_MS, either).catch((error: unknown) => {
    if (!either.aborted) throw error;
  });
  done.abort();
}
