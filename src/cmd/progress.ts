// Shows steps as they go: one quiet line each; on a terminal the running one is shown too.

import pico from 'picocolors';
import { systemClock } from '../base/clock.ts';
import type { StepStatus } from '../cluster/lifecycle/run-status.ts';

export interface Progress {
  /** Shows what has changed since the last call. */
  show(steps: readonly StepStatus[]): void;
  /** Runs a step of the command itself. */
  during<T>(name: string, work: () => Promise<T>): Promise<T>;
  note(line: string): void;
  finish(line: string): void;
}

const CLEAR_LINE = '\r\u001b[K';

/** Writes to standard error, so that standard output stays for answers. */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  const shown = new Set<string>();
  const terminal = out.isTTY === true;
  // By the stream and nothing else: an environment that asks for colours does not make a file a terminal.
  const colors = pico.createColors(terminal);
  const line = (text: string): void => void out.write(`${terminal ? CLEAR_LINE : ''}${text}\n`);
  const seconds = (elapsedMs: number): string => colors.dim(`${(elapsedMs / 1000).toFixed(2)} s`);
  const progress: Progress = {
    show(steps) {
      for (const step of steps) {
        if (step.state !== 'done' || shown.has(step.name)) continue;
        shown.add(step.name);
        line(`${colors.green('✓')} ${step.name} ${seconds(step.elapsedMs)}`);
      }
      const running = steps.filter(({ state }) => state === 'running').map(({ name }) => name);
      if (terminal && running.length > 0) out.write(`${CLEAR_LINE}${colors.dim(`… ${running.join(', ')}`)}`);
    },
    async during(name, work) {
      const beganMs = systemClock.monotonicMs();
      if (terminal) out.write(`${CLEAR_LINE}${colors.dim(`… ${name}`)}`);
      const result = await work();
      line(`${colors.green('✓')} ${name} ${seconds(systemClock.monotonicMs() - beganMs)}`);
      return result;
    },
    note: (text) => line(colors.dim(`  ${text}`)),
    finish: (text) => line(`${colors.green('✓')} ${text}`),
  };
  return progress;
}
