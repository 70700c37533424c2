// Loads images from archives into a node's containerd, where CRI sees them as if they had been pulled.

import type { Clock } from '../../base/clock.ts';
import type { NodeScope } from '../scope/index.ts';
import { expectSuccess } from '../scope/index.ts';
import type { CriClient } from './cri/client.ts';
import { PAUSE_IMAGE, pauseImageArchive } from './pause-image.ts';

const LOAD_TIMEOUT_MS = 600_000;
/** CRI learns of a new image by an event, a moment after the import. */
const SEEN_WITHIN_MS = 10_000;

export interface ImageLoader {
  readonly scope: NodeScope;
  readonly client: CriClient;
  readonly clock: Clock;
  /** containerd's own client program; the one on the path unless told. */
  readonly ctr?: string;
}

/** Loads a docker-archive or OCI layout, from a file or from memory; resolves to the images' names once CRI sees them. */
export async function loadImage(loader: ImageLoader, archive: string | Uint8Array, signal: AbortSignal): Promise<string[]> {
  const { scope, ctr = 'ctr' } = loader;
  const socket = `${scope.folders.containerdState}/containerd.sock`;
  const source = typeof archive === 'string' ? archive : '-';
  const argv = [ctr, '--address', socket, '--namespace', 'k8s.io', 'images', 'import', '--snapshotter', 'overlayfs', source];
  const stdin = typeof archive === 'string' ? {} : { stdin: archive };
  const result = expectSuccess(argv, await scope.run(argv, { signal, timeoutMs: LOAD_TIMEOUT_MS, ...stdin }));
  const names = parseImported(result.stdout);
  if (names.length === 0) throw new Error(`the archive holds no named image for this machine: ${result.stdout.trim()}`);
  for (const name of names) await untilSeen(loader, name, signal);
  return names;
}

/** The images' names in what `ctr images import` says, in its old and its new wording. */
export function parseImported(text: string): string[] {
  const named = [...text.matchAll(/^unpacking (\S+) \(sha256:/gm), ...text.matchAll(/^(\S+)\s+saved\b/gm)];
  return [...new Set(named.map(([, name = '']) => name))];
}

/** Loads the pause image unless it is there. */
export async function ensurePauseImage(loader: ImageLoader, signal: AbortSignal): Promise<void> {
  if (await isSeen(loader.client, PAUSE_IMAGE, signal)) return;
  await loadImage(loader, await pauseImageArchive(), signal);
}

async function isSeen(client: CriClient, name: string, signal: AbortSignal): Promise<boolean> {
  return (await client.imageStatus({ image: { image: name } }, { signal })).image !== undefined;
}

async function untilSeen({ client, clock }: ImageLoader, name: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = clock.monotonicMs() + SEEN_WITHIN_MS;
  while (!(await isSeen(client, name, signal))) {
    if (clock.monotonicMs() > deadlineMs) throw new Error(`image ${name} was loaded but the runtime does not list it`);
    await clock.sleep(10, signal);
  }
}
