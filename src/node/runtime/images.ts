// Loads images from archives into a node's containerd, where CRI sees them as if they had been pulled, and removes them by name.

import type { Clock } from '../../base/clock.ts';
import type { NodeScope } from '../scope/index.ts';
import { expectSuccess } from '../scope/index.ts';
import type { CriClient } from './cri/client.ts';
import { PAUSE_IMAGE, pauseImageArchive } from './pause-image.ts';

const LOAD_TIMEOUT_MS = 600_000;
/** CRI learns of a change of images by an event, a moment later. */
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
  for (const name of names)
    await until(loader, () => isSeen(loader.client, name, signal), `image ${name} was loaded but the runtime does not list it`, signal);
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

/** Removes an image by name or id; false when there is none. Its other names stay, and with them what they lead to. */
export async function removeImage(loader: ImageLoader, name: string, signal: AbortSignal): Promise<boolean> {
  const { scope, client, ctr = 'ctr' } = loader;
  const { image } = await client.imageStatus({ image: { image: name } }, { signal });
  if (image === undefined) return false;
  const references = referencesToRemove(name, image);
  if (references === undefined) {
    await client.removeImage({ image: { image: image.id } }, { signal });
    return true;
  }
  // CRI removes an image with all its names.
  const argv = [
    ctr,
    '--address',
    `${scope.folders.containerdState}/containerd.sock`,
    '--namespace',
    'k8s.io',
    'images',
    'rm',
    '--sync',
    ...references,
  ];
  expectSuccess(argv, await scope.run(argv, { signal, timeoutMs: LOAD_TIMEOUT_MS }));
  await until(
    loader,
    async () => !(await isSeen(client, references[0] ?? name, signal)),
    `image ${name} was removed but the runtime still lists it`,
    signal,
  );
  return true;
}

/** The references that go with a name; undefined when the image goes whole: it is not called by a tag, or has no other. */
export function referencesToRemove(
  name: string,
  { repoTags, repoDigests }: { readonly repoTags: readonly string[]; readonly repoDigests: readonly string[] },
): string[] | undefined {
  const forms = [name, `${name}:latest`].flatMap((form) => [form, `docker.io/${form}`, `docker.io/library/${form}`]);
  const tag = repoTags.find((each) => forms.includes(each));
  if (tag === undefined || repoTags.length === 1) return undefined;
  const repository = (reference: string): string => reference.replace(/(@.*|:[^/:]*)$/, '');
  const shared = repoTags.some((each) => each !== tag && repository(each) === repository(tag));
  return [tag, ...(shared ? [] : repoDigests.filter((digest) => repository(digest) === repository(tag)))];
}

async function isSeen(client: CriClient, name: string, signal: AbortSignal): Promise<boolean> {
  return (await client.imageStatus({ image: { image: name } }, { signal })).image !== undefined;
}

async function until({ clock }: ImageLoader, holds: () => Promise<boolean>, otherwise: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = clock.monotonicMs() + SEEN_WITHIN_MS;
  while (!(await holds())) {
    if (clock.monotonicMs() > deadlineMs) throw new Error(otherwise);
    await clock.sleep(10, signal);
  }
}
