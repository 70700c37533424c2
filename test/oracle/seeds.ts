// Hand-written seeds: bases (whole manifests) and cases (a base with changes at JSON pointers), and the questions
// that follow from them. Answers are recorded in `test/vectors/seed-answers/`.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Question } from './question.ts';

const FOLDER = join(import.meta.dirname, '../vectors/seeds');

/** JSON pointer → new value; null removes, a trailing `-` appends. */
type Changes = Readonly<Record<string, unknown>>;

interface SeedFile {
  readonly gvk: string;
  readonly bases: Readonly<Record<string, unknown>>;
  readonly cases: readonly SeedCase[];
}

interface SeedCase {
  readonly name: string;
  readonly object: string;
  readonly set?: Changes;
  /** The stored object: then the case is an update. */
  readonly old?: string;
  readonly oldSet?: Changes;
  readonly subresource?: string;
  /** The case asks for table cells only. */
  readonly table?: boolean;
}

/** Tables are asked with `$now…` left in, since ages count from it; everywhere else it stands for this moment. */
const FIXED_NOW = '2026-01-01T00:00:00Z';

export interface Seed {
  readonly name: string;
  readonly question: Question;
}

/** The seed files by name (`batch.job`), each with its questions in order. */
export function readSeeds(): ReadonlyMap<string, readonly Seed[]> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return new Map(
    names
      .toSorted()
      .map((name) => [name.slice(0, -'.json'.length), seedsOf(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as SeedFile)]),
  );
}

const BASE_ASKS = ['default', 'create', 'table', 'encode'] as const;

function seedsOf(file: SeedFile): Seed[] {
  const bases = Object.keys(file.bases).flatMap((name) =>
    BASE_ASKS.map((ask) => ({ name, question: { ask, gvk: file.gvk, object: timed(ask, manifest(file, name, undefined)) } })),
  );
  return [...bases, ...file.cases.map((each) => ({ name: each.name, question: caseQuestion(file, each) }))];
}

function caseQuestion(file: SeedFile, each: SeedCase): Question {
  const object = manifest(file, each.object, each.set);
  if (each.table === true) return { ask: 'table', gvk: file.gvk, object };
  if (each.old === undefined) return { ask: 'create', gvk: file.gvk, object: timed('create', object) };
  const old = timed('update', manifest(file, each.old, each.oldSet));
  return {
    ask: 'update',
    gvk: file.gvk,
    object: timed('update', object),
    old,
    ...(each.subresource === undefined ? {} : { subresource: each.subresource }),
  };
}

function timed(ask: string, object: unknown): unknown {
  return ask === 'table' ? object : expandNow(object, Date.parse(FIXED_NOW));
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

/** Replaces each string `$now`, `$now-5m`, `$now+1h30m` by that moment in whole seconds, `$nowMicro-5m` by it in microseconds. */
export function expandNow<T>(value: T, nowMs: number): T {
  const text = JSON.stringify(value).replaceAll(
    /"\$now(Micro)?(?:([+-])((?:\d+[hms])+))?"/g,
    (_match, micro?: string, sign?: string, span?: string) => {
      const parts = span === undefined ? [] : [...span.matchAll(/(\d+)([hms])/g)];
      const offsetMs = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
      const moment = new Date(nowMs + (sign === '-' ? -offsetMs : offsetMs)).toISOString();
      return `"${moment.slice(0, 19)}${micro === undefined ? '' : '.000000'}Z"`;
    },
  );
  return JSON.parse(text) as T;
}

function manifest(file: SeedFile, base: string, changes: Changes | undefined): unknown {
  const source = file.bases[base];
  if (source === undefined) throw new Error(`seeds of ${file.gvk}: no base ${base}`);
  const parts = file.gvk.split('/');
  const typed = { apiVersion: parts.slice(0, -1).join('/'), kind: parts.at(-1), ...(source as object) };
  const object = JSON.parse(JSON.stringify(typed)) as unknown;
  for (const [pointer, value] of Object.entries(changes ?? {})) setAt(object, pointer, value);
  return object;
}

function setAt(root: unknown, pointer: string, value: unknown): void {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  let place = root as Record<string, unknown>;
  for (const step of steps) {
    place[step] ??= {};
    place = place[step] as Record<string, unknown>;
  }
  if (last === undefined) return;
  if (Array.isArray(place) && last === '-') place.push(value);
  else if (value === null) delete place[last];
  else place[last] = value;
}
