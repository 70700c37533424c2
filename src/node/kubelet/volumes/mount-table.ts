// What is mounted in a node, read off its own mount namespace.

import { readFile } from 'node:fs/promises';

import type { NodeScope } from '../../scope/index.ts';

const unescape = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Mount points in order of mounting, as the node sees them. */
export async function mountPointsOf(scope: NodeScope): Promise<string[]> {
  const process = scope.holder === undefined ? 'self' : String(scope.holder.pid);
  const table = await readFile(`/proc/${process}/mountinfo`, 'utf8');
  return table.split('\n').flatMap((line) => {
    const point = line.split(' ')[4];
    return point === undefined ? [] : [unescape(point)];
  });
}

/** Mount points at or below a folder, the last mounted first: the order in which they can be unmounted. */
export async function mountsBelow(scope: NodeScope, folder: string): Promise<string[]> {
  const points = await mountPointsOf(scope);
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).toReversed();
}
