// Images for end-to-end tests, built from Debian's busybox-static: no registry and no download is needed.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { imageParts, ociArchive, ociImage, tar, type ImageFile, type ImageOptions, type OciImage } from '../../src/node/runtime/index.ts';

const BUSYBOX = '/bin/busybox';

export interface TestImageOptions {
  readonly name?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  /** Added to busybox's own files. */
  readonly files?: readonly ImageFile[];
}

/** The name that the images have unless a test chooses another. */
export const BUSYBOX_IMAGE = 'docker.io/library/busybox:tyke';

async function busyboxFiles(): Promise<ImageFile[]> {
  const content = await readFile(BUSYBOX);
  const { stdout } = await promisify(execFile)(BUSYBOX, ['--list']);
  const applets = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  const folders = ['bin/', 'etc/', 'root/', 'var/', 'usr/', 'usr/bin/'].map((path): ImageFile => ({ path, folder: true, mode: 0o755 }));
  return [
    ...folders,
    { path: 'tmp/', folder: true, mode: 0o1777 },
    { path: 'etc/passwd', content: Buffer.from('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'), mode: 0o644 },
    { path: 'etc/group', content: Buffer.from('root:x:0:\nnogroup:x:65534:\n'), mode: 0o644 },
    { path: 'bin/busybox', content, mode: 0o755 },
    ...applets.map((name): ImageFile => ({ path: `bin/${name}`, linkTo: '/bin/busybox' })),
  ];
}

async function imageOptions(options: TestImageOptions): Promise<ImageOptions> {
  return {
    name: BUSYBOX_IMAGE,
    command: ['sh'],
    env: ['PATH=/bin:/usr/bin'],
    ...options,
    files: [...(await busyboxFiles()), ...(options.files ?? [])],
  };
}

/** A busybox image as `docker save` would write it. */
export async function busyboxDockerArchive(options: TestImageOptions = {}): Promise<Buffer> {
  const image = await imageOptions(options);
  const { layer, config } = await imageParts(image);
  const manifest = [{ Config: 'config.json', RepoTags: [image.name], Layers: ['layer.tar'] }];
  return tar([
    { path: 'config.json', content: config, mode: 0o644 },
    { path: 'layer.tar', content: layer, mode: 0o644 },
    { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)), mode: 0o644 },
  ]);
}

/** A busybox image as an OCI layout. */
export async function busyboxOciArchive(options: TestImageOptions = {}): Promise<Buffer> {
  return ociArchive(await imageOptions(options));
}

/** A busybox image as a registry serves it. */
export async function busyboxImage(options: TestImageOptions = {}): Promise<OciImage> {
  return ociImage(await imageOptions(options));
}
