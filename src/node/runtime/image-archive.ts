// Images as archives: one layer of files in an OCI layout, the same bytes for the same input.

import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import { pack } from 'tar-stream';

import { EPOCH } from '../../base/clock.ts';

/** A file, folder or symbolic link of an image. */
export type ImageFile =
  | { readonly path: string; readonly content: Uint8Array; readonly mode: number }
  | { readonly path: string; readonly folder: true; readonly mode: number }
  | { readonly path: string; readonly linkTo: string };

export interface ImageOptions {
  /** The full name with registry and tag. */
  readonly name: string;
  readonly files: readonly ImageFile[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
}

/** A layer as a tar, and the image's configuration that names it. */
export interface ImageParts {
  readonly layer: Buffer;
  readonly config: Buffer;
}

/** The image's layer and configuration. */
export async function imageParts(options: ImageOptions): Promise<ImageParts> {
  const layer = await tar(options.files);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Entrypoint: options.entrypoint,
        Cmd: options.command,
        Env: options.env,
        User: options.user,
        WorkingDir: options.workingDir,
      },
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
      history: [{ created_by: 'tyke' }],
    }),
  );
  return { layer, config };
}

/** An image as a registry has it: its manifest, and everything that is found by digest, the manifest included. */
export interface OciImage {
  readonly manifest: Buffer;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const OCI_TYPE = 'application/vnd.oci.image';
export const MANIFEST_TYPE = `${OCI_TYPE}.manifest.v1+json`;

/** The image as a registry would serve it. */
export async function ociImage(options: ImageOptions): Promise<OciImage> {
  const { layer, config } = await imageParts(options);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: `${OCI_TYPE}.config.v1+json`, digest: digest(config), size: config.length },
      layers: [{ mediaType: `${OCI_TYPE}.layer.v1.tar`, digest: digest(layer), size: layer.length }],
    }),
  );
  return { manifest, blobs: new Map([config, layer, manifest].map((blob) => [digest(blob), blob])) };
}

/** The image as a tar of an OCI layout. */
export async function ociArchive(options: ImageOptions): Promise<Buffer> {
  const { manifest, blobs } = await ociImage(options);
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: MANIFEST_TYPE,
        digest: digest(manifest),
        size: manifest.length,
        platform: { architecture: 'amd64', os: 'linux' },
        annotations: { 'io.containerd.image.name': options.name },
      },
    ],
  };
  const files = [...blobs].map(([name, content]): ImageFile => ({ path: `blobs/${name.replace(':', '/')}`, content, mode: 0o644 }));
  return tar([
    { path: 'oci-layout', content: Buffer.from('{"imageLayoutVersion":"1.0.0"}'), mode: 0o644 },
    { path: 'index.json', content: Buffer.from(JSON.stringify(index)), mode: 0o644 },
    ...files,
  ]);
}

/** Files as a tar; their order and the epoch as their time make it the same every time. */
export async function tar(files: readonly ImageFile[]): Promise<Buffer> {
  const archive = pack();
  const mtime = EPOCH;
  for (const file of files) {
    if ('linkTo' in file) archive.entry({ name: file.path, type: 'symlink', linkname: file.linkTo, mtime });
    else if ('folder' in file) archive.entry({ name: file.path, type: 'directory', mode: file.mode, mtime });
    else archive.entry({ name: file.path, mode: file.mode, mtime }, Buffer.from(file.content));
  }
  archive.finalize();
  return buffer(archive);
}

export function digest(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
