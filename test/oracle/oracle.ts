// The oracle as a child process: builds the Go program when its sources are newer, then asks it over JSON lines.
//
// O1. Questions are pipelined; answers come in order, and the ids prove it.
// O2. Whoever starts an oracle closes it; a dead process fails every question still open.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Outcome, Question } from './question.ts';

const SOURCES = import.meta.dirname;
const CACHE = join(SOURCES, '../../.cache');
const PROGRAM = join(CACHE, 'oracle');

interface Waiting {
  readonly id: number;
  readonly settle: (outcome: Outcome) => void;
  readonly fail: (cause: Error) => void;
}

export class Oracle {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #nextId = 1;
  #ended: Error | undefined;

  constructor(program: string) {
    this.#child = spawn(program, [], { stdio: ['pipe', 'pipe', 'pipe'] });
    const complaints: string[] = [];
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints.push(text);
      if (complaints.length > 50) complaints.shift();
    });
    createInterface({ input: this.#child.stdout, crlfDelay: Infinity }).on('line', (line) => this.#answered(line));
    this.#child.stdin.on('error', (cause) => this.#end(new Error('oracle: stdin failed', { cause })));
    this.#child.on('error', (cause) => this.#end(new Error(`oracle: cannot start ${program}`, { cause })));
    this.#child.on('close', (code) => this.#end(new Error(`oracle: exited with ${code}: ${complaints.join('')}`)));
  }

  /** Upstream's answer to one question; many may be open at once. */
  ask(question: Question): Promise<Outcome> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((settle, fail) => {
      this.#waiting.push({ id, settle, fail });
      this.#child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    });
  }

  /** Ends the process and waits for its end. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    this.#child.stdin.end();
    await ended;
  }

  #answered(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    const reply = JSON.parse(line) as { id: number; answer?: unknown; error?: string };
    if (reply.id !== waiting.id) waiting.fail(new Error(`oracle: answer ${reply.id} where ${waiting.id} was due`));
    else waiting.settle(reply.error === undefined ? { answer: reply.answer ?? null } : { error: reply.error });
  }

  #end(cause: Error): void {
    this.#ended ??= cause;
    for (const waiting of this.#waiting.splice(0)) waiting.fail(cause);
  }
}

/** Starts an oracle, building it first when a source is newer than the program. */
export function startOracle(): Oracle {
  if (isStale()) build();
  return new Oracle(PROGRAM);
}

function isStale(): boolean {
  const built = statSync(PROGRAM, { throwIfNoEntry: false });
  if (built === undefined) return true;
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.go') || name.startsWith('go.'));
  return sources.some((name) => statSync(join(SOURCES, name)).mtimeMs > built.mtimeMs);
}

function build(): void {
  mkdirSync(CACHE, { recursive: true });
  const result = spawnSync('go', ['build', '-trimpath', '-o', PROGRAM, '.'], {
    cwd: SOURCES,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.error !== undefined)
    throw new Error('oracle: the Go toolchain (1.26 or newer) is needed to build it', { cause: result.error });
  if (result.status !== 0) throw new Error(`oracle: go build ended with ${result.status}`);
}
