// A registry for end-to-end tests: it serves images from memory over plain HTTP, and tells what it was asked.

import { createServer } from 'node:http';

import { MANIFEST_TYPE, type OciImage } from '../../src/node/runtime/index.ts';

export interface TestRegistry {
  /** As image names begin: address and port. */
  readonly host: string;
  readonly url: string;
  /** Methods and paths, in order. */
  readonly requests: readonly string[];
  /** Serves an image as `<name>:<tag>`. */
  add(name: string, tag: string, image: OciImage): void;
  close(): Promise<void>;
}

/** Starts a registry at an address that the nodes reach. */
export async function startRegistry(address: string): Promise<TestRegistry> {
  const manifests = new Map<string, Buffer>();
  const blobs = new Map<string, Buffer>();
  const requests: string[] = [];
  const find = (path: string): { readonly content: Buffer; readonly type: string } | undefined => {
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    const content = (kind === 'manifests' ? manifests.get(`${name}:${reference}`) : undefined) ?? blobs.get(reference);
    return content === undefined ? undefined : { content, type: kind === 'manifests' ? MANIFEST_TYPE : 'application/octet-stream' };
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://registry').pathname;
    requests.push(`${request.method ?? ''} ${path}`);
    const found = path === '/v2/' ? { content: Buffer.from('{}'), type: 'application/json' } : find(path);
    if (found === undefined) {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
      return;
    }
    response.writeHead(200, { 'content-type': found.type, 'content-length': found.content.length });
    response.end(request.method === 'HEAD' ? undefined : found.content);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  const bound = server.address();
  const host = `${address}:${bound !== null && typeof bound === 'object' ? bound.port : 0}`;
  return {
    host,
    url: `http://${host}`,
    requests,
    add(name, tag, image) {
      manifests.set(`${name}:${tag}`, image.manifest);
      for (const [reference, content] of image.blobs) blobs.set(reference, content);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error === undefined ? resolve() : reject(error))));
    },
  };
}
