// What the machine says of itself: what never changes while it runs, read once.

import { statfs } from 'node:fs/promises';
import os from 'node:os';

import type { NodeScope } from '../../scope/index.ts';
import { readOrUndefined } from '../../scope/index.ts';

export interface MachineFacts {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly architecture: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ppc64: 'ppc64le', s390x: 's390x' };

/** Reads them. */
export async function readMachine(scope: Pick<NodeScope, 'hostPath' | 'folders'>): Promise<MachineFacts> {
  const text = async (path: string): Promise<string> => ((await readOrUndefined(path)) ?? '').trim();
  const machineId = (await text('/etc/machine-id')) || (await text('/var/lib/dbus/machine-id'));
  const disk = await statfs(scope.hostPath(scope.folders.kubelet));
  return {
    cpus: os.availableParallelism(),
    memoryBytes: await memoryBytes(),
    diskBytes: disk.blocks * disk.bsize,
    machineId,
    systemUuid: (await text('/sys/class/dmi/id/product_uuid')) || machineId,
    bootId: await text('/proc/sys/kernel/random/boot_id'),
    kernelVersion: os.release(),
    osImage: osName(await text('/etc/os-release')),
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
  };
}

/** Of the machine, or of the group that holds it where that is smaller. */
async function memoryBytes(): Promise<number> {
  const limit = Number(
    (await readOrUndefined('/sys/fs/cgroup/memory.max')) ?? (await readOrUndefined('/sys/fs/cgroup/memory/memory.limit_in_bytes')),
  );
  return limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
}

function osName(release: string): string {
  const line = release.split('\n').find((each) => each.startsWith('PRETTY_NAME=')) ?? '';
  return line.slice('PRETTY_NAME='.length).replaceAll('"', '') || 'Linux';
}
