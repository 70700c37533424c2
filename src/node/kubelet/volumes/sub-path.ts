// A part of a volume for one container (`subPath`), mounted so that links inside the volume can never lead out of it.
//
// S1. Steps are walked by a shell that stands in the folder it looks at: what it checks is what it then opens.
// S2. The mount is made from the open file itself, not from a path that could change meanwhile.

import { dirname } from 'node:path';

import type { NodeScope } from '../../scope/index.ts';

/** Arguments: the volume, where to mount, then the steps of the path. Exit codes: 3 for what leads out of the volume, 4 for what cannot be made. */
const MOUNT_PART = `
set -u
volume=$1 target=$2
shift 2
cd -P -- "$volume" || exit 4
if [ ! -d . ]; then exit 4; fi
base=$(pwd -P)
mode=$(stat --format=%a .)
inside() { case "$1" in "$base"|"$base"/*) return 0;; *) return 1;; esac; }
[ "$base" = / ] && base=
while [ $# -gt 1 ]; do
  if [ ! -e "./$1" ]; then mkdir -- "./$1" && chmod "$mode" -- "./$1" || exit 4; fi
  cd -P -- "./$1" || exit 4
  inside "$(pwd -P)" || exit 3
  shift
done
if [ ! -e "./$1" ]; then mkdir -- "./$1" && chmod "$mode" -- "./$1" || exit 4; fi
[ -d "./$1" ] || [ -f "./$1" ] || exit 4
exec 9<"./$1" || exit 4
inside "$(readlink /proc/self/fd/9)" || exit 3
if mountpoint -q -- "$target"; then
  [ "$(stat --dereference --format=%d:%i /proc/self/fd/9)" = "$(stat --format=%d:%i -- "$target")" ] && exit 0
  umount -- "$target" || exit 4
fi
if [ -d /proc/self/fd/9 ]; then
  [ -d "$target" ] || { rm -f -- "$target"; mkdir -p -- "$target" || exit 4; }
else
  [ -f "$target" ] || { rmdir -- "$target" 2>/dev/null; : >"$target" || exit 4; }
fi
mount --no-canonicalize --bind /proc/self/fd/9 "$target" || exit 4
`;

/** Says how a path inside a volume is wrong before anything is opened; undefined when it may be used. */
export function subPathProblem(subPath: string): string | undefined {
  if (subPath.startsWith('/')) return `error SubPath \`${subPath}\` must not be an absolute path`;
  if (subPath.split('/').includes('..')) return `unable to provision SubPath \`${subPath}\`: must not contain '..'`;
  return undefined;
}

/** Mounts the part at `target` (paths of the node); says false when it cannot be had. Details stay in the log: they tell about the node. */
export async function mountSubPath(
  scope: NodeScope,
  volume: string,
  subPath: string,
  target: string,
  signal: AbortSignal,
): Promise<{ ok: true } | { ok: false; detail: string }> {
  const steps = subPath.split('/').filter((step) => step !== '' && step !== '.');
  const made = await scope.run(['mkdir', '-p', '--', dirname(target)], { signal });
  if (made.code !== 0) return { ok: false, detail: made.stderr };
  const { code, stderr } = await scope.run(['sh', '-c', MOUNT_PART, 'sh', volume, target, ...(steps.length === 0 ? ['.'] : steps)], {
    signal,
  });
  if (code === 0) return { ok: true };
  return { ok: false, detail: code === 3 ? `${subPath} leads out of the volume` : stderr.trim() };
}
