// The repository's own files, for the tests that hold its rules.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the repository is. */
export const repositoryRoot = dirname(dirname(import.meta.dirname));

/** Every file that is, or could be, committed: relative paths in order. */
export function repositoryFiles(): string[] {
  const listing = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listing
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)))
    .sort();
}

/** The text of a file of the repository. */
export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}
