// The end of a Pod's volumes: what lies on the disk decides, so that a kubelet that never knew the Pod clears it just as well.
//
// T1. Nothing is removed while anything is mounted below: removal through a mount would take data that is not the Pod's.

import { rm } from 'node:fs/promises';

import { expectSuccess } from '../../scope/index.ts';
import type { NodeScope } from '../../scope/index.ts';
import { mountsBelow } from './mount-table.ts';
import { podFolder } from './volume-folders.ts';

const FOLDERS = ['volumes', 'volume-subpaths', 'plugins'];

/** Unmounts and removes all volumes of a Pod; throws when something is still in use. */
export async function tearDownVolumes(scope: NodeScope, podUid: string, signal: AbortSignal): Promise<void> {
  const folder = podFolder(scope.folders.kubelet, podUid);
  for (const point of await mountsBelow(scope, folder)) {
    const argv = ['umount', '--', point];
    expectSuccess(argv, await scope.run(argv, { signal }));
  }
  // T1
  const left = await mountsBelow(scope, folder);
  if (left.length > 0) throw new Error(`${left.join(', ')} cannot be unmounted`);
  for (const name of FOLDERS) await rm(scope.hostPath(`${folder}/${name}`), { recursive: true, force: true });
}
