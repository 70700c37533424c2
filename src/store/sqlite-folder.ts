// The data folder of the sqlite store: who owns it, in which format it is, and who may read it.
//
// The lock is an empty database held in an exclusive transaction: the kernel lets go of it when its owner dies, however it dies, so a stale
// one cannot exist. The file beside it only tells whom to name when a second opener is refused.

import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { FolderLockedError, UnknownFormatError } from './errors.ts';

/** The format that this program reads and writes. */
const FORMAT = 1;

/** A folder that is ours until it is released. */
export interface SqliteFolder {
  /** The database. */
  readonly file: string;
  release(): void;
}

/** Makes what a crash must not undo survive one: a folder's list of names. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** SQLite gives its other files the rights of the database, so that must have them first. */
function createPrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

/** Writes a small file so that it is there wholly or not at all. */
function writeWhole(file: string, text: string): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600, flush: true });
  renameSync(fresh, file);
}

function ownerOf(folder: string): number | undefined {
  const file = join(folder, 'owner');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isNaN(pid) ? undefined : pid;
}

function lock(folder: string): () => void {
  const file = join(folder, 'lock');
  createPrivate(file);
  const holder = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written to it, so it needs no journal.
    holder.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    const busy = error instanceof Error && 'errstr' in error && error.errstr === 'database is locked';
    throw busy ? new FolderLockedError(folder, ownerOf(folder), error) : error;
  }
  writeWhole(join(folder, 'owner'), `${process.pid}\n`);
  return () => holder.close();
}

function checkFormat(folder: string, database: string): void {
  const file = join(folder, 'format');
  if (!existsSync(file)) {
    if (existsSync(database)) throw new UnknownFormatError(folder, 'a database but no format number', FORMAT);
    writeWhole(file, `${JSON.stringify({ format: FORMAT })}\n`);
    return;
  }
  const text = readFileSync(file, 'utf8').trim();
  if (formatIn(text) !== FORMAT) throw new UnknownFormatError(folder, `the format ${text}`, FORMAT);
}

function formatIn(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'format' in parsed ? parsed.format : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Creates the folder where it is missing and takes possession of it; throws when it is in use or of another format. */
export function takeFolder(folder: string): SqliteFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = join(folder, 'store.db');
  const release = lock(folder);
  try {
    checkFormat(folder, file);
    createPrivate(file);
    syncFolder(folder);
    syncFolder(dirname(folder));
  } catch (error) {
    release();
    throw error;
  }
  return { file, release };
}
