// Runs a development tool of node_modules over the repository, as a test.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './source-tree.ts';

/** The messages of a tool with many complaints would drown the summary. */
const SHOWN_LINES = 60;

function firstLines(text: string): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= SHOWN_LINES) return lines.join('\n');
  return [...lines.slice(0, SHOWN_LINES), `… and ${lines.length - SHOWN_LINES} lines more`].join('\n');
}

/** Fails with what the tool says and `remedy` unless the tool succeeds. */
export async function assertToolPasses(name: string, args: readonly string[], remedy: string): Promise<void> {
  const tool = join(repositoryRoot, 'node_modules/.bin', name);
  const complaint = await new Promise<string | undefined>((resolve) => {
    execFile(process.execPath, [tool, ...args], { cwd: repositoryRoot, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${stdout}${stderr}` || error.message),
    );
  });
  if (complaint !== undefined) assert.fail(`${firstLines(complaint)}\n→ ${remedy}`);
}
