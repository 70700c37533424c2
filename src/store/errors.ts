// Every error a store throws, in one catalogue.

/** The revision asked for was compacted away; `floor` is the lowest that can still be asked for. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError';
  readonly floor: number;
  constructor(revision: number, floor: number) {
    super(`revision ${revision} was compacted; the oldest available is ${floor}`);
    this.floor = floor;
  }
}

/** The revision asked for does not exist yet. */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError';
  readonly current: number;
  constructor(revision: number, current: number) {
    super(`revision ${revision} is in the future; the newest is ${current}`);
    this.current = current;
  }
}

/** The store was closed before the call, or while it waited. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';
  constructor() {
    super('the store is closed');
  }
}

/** A write could not be made durable. Whether it happened is known only from reading the key again. */
export class SyncFailedError extends Error {
  override readonly name = 'SyncFailedError';
  constructor(cause: unknown) {
    super(`the write could not be made durable: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The data folder belongs to a process that runs. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
  readonly pid: number | undefined;
  constructor(folder: string, pid: number | undefined, cause: unknown) {
    super(`the data folder ${folder} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}`, { cause });
    this.pid = pid;
  }
}

/** The data folder was written in a format that this program does not know. */
export class UnknownFormatError extends Error {
  override readonly name = 'UnknownFormatError';
  constructor(folder: string, found: string, known: number) {
    super(`the data folder ${folder} has ${found}; this program reads format ${known}`);
  }
}
