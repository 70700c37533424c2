// The exec probe: a command in the container that ends with 0 is a success.

import { isNotFound, RuntimeError } from '../../runtime/index.ts';
import type { CriClient } from '../../runtime/index.ts';
import { printDurationMs } from '../../../machinery/duration.ts';
import type { ProbeOutcome } from './outcome.ts';
import { failure, success } from './outcome.ts';

const OUTPUT_LIMIT = 10 * 1024;
/** The runtime ends the command itself; its own answer takes a moment longer. */
const SLACK_MS = 15_000;

/** Runs the command once. */
export async function probeExec(
  cri: CriClient,
  containerId: string,
  command: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  try {
    const request = { containerId, cmd: [...command], timeout: Math.ceil(timeoutMs / 1000) };
    const { stdout, stderr, exitCode } = await cri.execSync(request, { signal, timeoutMs: timeoutMs + SLACK_MS });
    const output = Buffer.concat([stdout, stderr]).toString('utf8', 0, OUTPUT_LIMIT);
    return exitCode === 0 ? success(output) : failure(output);
  } catch (error) {
    if (signal.aborted || !(error instanceof RuntimeError)) throw error;
    if (error.code === 'DeadlineExceeded')
      return failure(`command timed out: "${command.join(' ')}" timed out after ${printDurationMs(timeoutMs)}`);
    // What ends while it is probed is the worker's business.
    if (isNotFound(error)) return { result: 'error', output: '' };
    return { result: 'error', output: `rpc error: code = ${error.code} desc = ${error.message}` };
  }
}
