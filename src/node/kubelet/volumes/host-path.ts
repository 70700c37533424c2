// hostPath: a path of the node as it is; only its type is looked at, by programs in the node, where links mean what the node means.

import type { HostPathVolumeSource } from '../../../api/core/v1/volume.ts';
import { expectSuccess } from '../../scope/index.ts';
import type { NodeScope } from '../../scope/index.ts';

const TYPES: Readonly<Record<string, { readonly stat: readonly string[]; readonly words: string }>> = {
  Directory: { stat: ['directory'], words: 'a directory' },
  File: { stat: ['regular file', 'regular empty file'], words: 'a file' },
  Socket: { stat: ['socket'], words: 'a socket file' },
  CharDevice: { stat: ['character special file'], words: 'a character device' },
  BlockDevice: { stat: ['block special file'], words: 'a block device' },
};

/** Checks (and for the …OrCreate types makes) what the Pod expects at the path; throws what upstream's event says. */
export async function setUpHostPath(scope: NodeScope, { path, type = '' }: HostPathVolumeSource, signal: AbortSignal): Promise<void> {
  if (path.split('/').includes('..')) throw new Error(`invalid HostPath \`${path}\`: must not contain '..'`);
  if (type === '') return;
  if (type === 'DirectoryOrCreate' || type === 'FileOrCreate') await make(scope, path, type, signal);
  const base = type.replace('OrCreate', '');
  const expected = TYPES[base];
  if (expected === undefined) throw new Error(`${type} is an invalid volume type`);
  const { stdout, code } = await scope.run(['stat', '--dereference', '--format=%F', '--', path], { signal });
  if (code !== 0 || !expected.stat.includes(stdout.trim())) throw new Error(`hostPath type check failed: ${path} is not ${expected.words}`);
}

async function make(scope: NodeScope, path: string, type: 'DirectoryOrCreate' | 'FileOrCreate', signal: AbortSignal): Promise<void> {
  const argv =
    type === 'DirectoryOrCreate'
      ? ['sh', '-c', 'umask 022; [ -e "$1" ] || mkdir -p -- "$1"', 'sh', path]
      : ['sh', '-c', 'umask 0133; [ -e "$1" ] || : >"$1"', 'sh', path];
  expectSuccess(argv, await scope.run(argv, { signal }));
}
