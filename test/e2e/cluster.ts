// A real cluster for end-to-end tests: started by the launcher's own command, driven by real kubectl, deleted afterwards.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUSYBOX_IMAGE, busyboxDockerArchive } from './images.ts';
import { kubectlPath } from './kubectl.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; any exit status is an answer. */
export function runProgram(
  argv: readonly string[],
  options: { readonly stdin?: string; readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { env: options.env ?? process.env, timeout: options.timeoutMs ?? 120_000, cwd: ROOT });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

export interface E2eCluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly dataDir: string;
  /** Runs `tyke` about this cluster. */
  tyke(...args: readonly string[]): Promise<Finished>;
  /** Runs kubectl; any exit status is an answer. */
  kubectl(...args: readonly string[]): Promise<Finished>;
  /** Runs kubectl and gives its output; throws when it fails. */
  ok(...args: readonly string[]): Promise<string>;
  /** Applies manifests. */
  apply(manifest: object | readonly object[] | string): Promise<string>;
  /** Asks again and again until `holds`; throws with the last answer after `timeoutMs`. */
  eventually(what: string, args: readonly string[], holds: (answer: Finished) => boolean, timeoutMs?: number): Promise<Finished>;
  delete(): Promise<void>;
}

/** The name under which the busybox image of tests is loaded. */
export const BUSYBOX = BUSYBOX_IMAGE;

export interface E2eClusterOptions {
  readonly name: string;
  readonly nodes?: number;
  /** More flags of `tyke start`. */
  readonly args?: readonly string[];
  /** A program and its arguments that run `tyke start` in surroundings of the test's making. */
  readonly under?: readonly string[];
}

/** Starts a cluster with the busybox image in it. */
export async function startE2eCluster(options: E2eClusterOptions): Promise<E2eCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'tyke-e2e-'));
  const dataDir = join(folder, 'data');
  const kubeconfig = join(folder, 'kubeconfig');
  const { name } = options;
  const binary = await kubectlPath();
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
  const where = ['--name', name, '--data-dir', dataDir];
  const tyke = (...args: readonly string[]): Promise<Finished> => runProgram([join(ROOT, 'tyke'), ...args], { env, timeoutMs: 240_000 });
  const kubectl = (...args: readonly string[]): Promise<Finished> => runProgram([binary, ...args], { env });
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await kubectl(...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed (${code}): ${stderr}${stdout}`);
    return stdout;
  };
  const cluster: E2eCluster = {
    name,
    kubeconfig,
    dataDir,
    tyke: (...args) => {
      const [command = '', ...rest] = args;
      return command === 'image' ? tyke(command, rest[0] ?? '', ...where, ...rest.slice(1)) : tyke(command, ...where, ...rest);
    },
    kubectl,
    ok,
    async apply(manifest) {
      const text =
        typeof manifest === 'string'
          ? manifest
          : [manifest]
              .flat()
              .map((each) => JSON.stringify(each))
              .join('\n---\n');
      const { code, stdout, stderr } = await runProgram([binary, 'apply', '-f', '-'], { env, stdin: text });
      if (code !== 0) throw new Error(`kubectl apply failed (${code}): ${stderr}`);
      return stdout;
    },
    async eventually(what, args, holds, timeoutMs = 60_000) {
      for (let waitedMs = 0; ; waitedMs += 200) {
        const answer = await kubectl(...args);
        if (holds(answer)) return answer;
        if (waitedMs >= timeoutMs) throw new Error(`${what}: kubectl ${args.join(' ')} still says ${answer.stdout}${answer.stderr}`);
        await sleep(200);
      }
    },
    async delete() {
      const { code, stderr } = await cluster.tyke('delete');
      // What was not deleted is found again by what its folder holds.
      if (code !== 0) throw new Error(`tyke delete failed for ${dataDir}: ${stderr}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
  const start = [
    'start',
    ...where,
    '--nodes',
    String(options.nodes ?? 1),
    '--kubeconfig',
    kubeconfig,
    '--api-port',
    '0',
    ...(options.args ?? []),
  ];
  const started = await runProgram([...(options.under ?? []), join(ROOT, 'tyke'), ...start], { env, timeoutMs: 240_000 });
  if (started.code !== 0) {
    await cluster.delete();
    throw new Error(`tyke start failed: ${started.stderr}`);
  }
  const archive = join(folder, 'busybox.tar');
  await writeFile(archive, await busyboxDockerArchive());
  const loaded = await cluster.tyke('image', 'load', archive);
  if (loaded.code !== 0) throw new Error(`tyke image load failed: ${loaded.stderr}`);
  return cluster;
}
