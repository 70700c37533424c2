// What a later process must know to open a node again: written last when a scope is made, so its presence says that it is whole.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';

import { errorCode, type ProcessIdentity } from './process.ts';

export interface ScopeRecord {
  readonly holder: ProcessIdentity;
  /** The network namespace, so that one of the same name made anew is not taken for it. */
  readonly network: string;
}

const recordPath = (data: string): string => `${data}/scope.json`;

export async function writeRecord(data: string, record: ScopeRecord): Promise<void> {
  await mkdir(data, { recursive: true });
  await writeFile(`${recordPath(data)}.new`, JSON.stringify(record));
  await rename(`${recordPath(data)}.new`, recordPath(data));
}

/** The record, if there is one that can be understood. */
export async function readRecord(data: string): Promise<ScopeRecord | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(recordPath(data), 'utf8'));
    return isRecord(parsed) ? parsed : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function removeRecord(data: string): Promise<void> {
  await rm(recordPath(data), { force: true });
}

function isRecord(value: unknown): value is ScopeRecord {
  if (typeof value !== 'object' || value === null || !('holder' in value) || !('network' in value)) return false;
  const { holder, network } = value;
  return typeof network === 'string' && typeof holder === 'object' && holder !== null && 'pid' in holder && 'startTime' in holder;
}
