// Recorded answers: JSON lines under `test/vectors/`, one file a part and one a seed file.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Outcome } from './question.ts';

const FOLDER = join(import.meta.dirname, '../vectors');

/** One recorded input with upstream's answer or refusal. */
export type Vector = { readonly input: unknown } & Outcome;

/** One recorded seed: its name and ask say which. */
export type SeedVector = { readonly name: string; readonly ask: string } & Outcome;

export function readVectors(part: string): Vector[] {
  return readLines(`parts/${part}.jsonl`);
}

export function writeVectors(part: string, vectors: readonly Vector[]): number {
  return writeLines(`parts/${part}.jsonl`, vectors);
}

export function readSeedVectors(file: string): SeedVector[] {
  return readLines(`seed-answers/${file}.jsonl`);
}

export function writeSeedVectors(file: string, vectors: readonly SeedVector[]): number {
  return writeLines(`seed-answers/${file}.jsonl`, vectors);
}

function readLines<T>(name: string): T[] {
  const path = join(FOLDER, name);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Writes one value a line; returns the bytes written. */
function writeLines(name: string, values: readonly unknown[]): number {
  const path = join(FOLDER, name);
  mkdirSync(dirname(path), { recursive: true });
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  writeFileSync(path, text);
  return Buffer.byteLength(text);
}
