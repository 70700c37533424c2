// What a container left as its last words: its message file, or the end of its log where the policy says so.

import { open } from 'node:fs/promises';

import type { ContainerStatus as CriContainerStatus } from '../runtime/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { errorCode } from '../scope/index.ts';
import type { ContainerNotes } from './labels.ts';

const FILE_LIMIT = 4096;
const LOG_LINES = 80;
const LOG_LIMIT = 2048;
/** More than enough of a log's raw bytes for the lines that are shown. */
const LOG_WINDOW = 64 * 1024;

/** Reads last words. */
export class TerminationMessages {
  readonly #scope: Pick<NodeScope, 'hostPath'>;

  constructor(scope: Pick<NodeScope, 'hostPath'>) {
    this.#scope = scope;
  }

  /** The message of an ended container; '' when it left none. */
  async of(status: CriContainerStatus, notes: ContainerNotes): Promise<string> {
    const { terminationMessagePath, terminationMessagePolicy } = notes;
    const mayFallBack =
      terminationMessagePolicy === 'FallbackToLogsOnError' && status.exitCode !== 0 && status.reason !== 'ContainerCannotRun';
    const mount = status.mounts.find(({ containerPath }) => terminationMessagePath !== '' && containerPath === terminationMessagePath);
    const written = mount === undefined ? '' : await this.#tail(mount.hostPath, FILE_LIMIT, 'termination log');
    if (written !== '' || !mayFallBack) return written;
    return lastLogLines(await this.#tail(status.logPath, LOG_WINDOW, 'termination message from log'));
  }

  async #tail(nodePath: string, limit: number, what: string): Promise<string> {
    try {
      const file = await open(this.#scope.hostPath(nodePath));
      try {
        const { size } = await file.stat();
        const length = Math.min(size, limit);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return '';
      return `Error on reading ${what} ${nodePath}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

/** The text of the last lines of a log in CRI's format (`time stream tag text`), within both limits. */
export function lastLogLines(log: string): string {
  const lines = log.split('\n');
  // The window may start in the middle of a line, and a log ends with a line break.
  if (log.length >= LOG_WINDOW) lines.shift();
  if (lines.at(-1) === '') lines.pop();
  const text = lines
    .slice(-LOG_LINES)
    .map((line) => {
      const [, , tag = '', ...rest] = line.split(' ');
      return tag === 'P' ? rest.join(' ') : `${rest.join(' ')}\n`;
    })
    .join('');
  return text.slice(-LOG_LIMIT);
}
