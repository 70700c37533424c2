// A real cluster of one node for figures: started by the launcher, with an image in it, asked over TLS as its administrator.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Client } from '../src/client/client.ts';
import { connectionOf } from '../src/client/kubeconfig.ts';
import type { Kubeconfig } from '../src/client/kubeconfig.ts';
import { NodeTransport } from '../src/client/node-transport.ts';
import type { RunStatus } from '../src/cluster/lifecycle/run-status.ts';
import { runProgram } from '../test/e2e/cluster.ts';
import { busyboxDockerArchive } from '../test/e2e/images.ts';
import { LAUNCHER } from './launched.ts';

const LIMIT_MS = 60_000;

/** A cluster that runs. */
export class RealCluster {
  readonly name: string;
  readonly folder: string;
  readonly signal = new AbortController().signal;
  #transport: NodeTransport | undefined;
  #client: Client | undefined;

  private constructor(name: string, folder: string) {
    this.name = name;
    this.folder = folder;
  }

  /** Starts a new one; resolves when `tyke start` says that it is ready. */
  static async start(name: string): Promise<RealCluster> {
    const cluster = new RealCluster(`${name}-${process.pid}`, await mkdtemp(join(tmpdir(), 'bench-cluster-')));
    await cluster.startAgain();
    return cluster;
  }

  get client(): Client {
    if (this.#client === undefined) {
      const config = parse(readFileSync(join(this.folder, 'kubeconfig'), 'utf8')) as Kubeconfig;
      this.#transport = new NodeTransport(
        connectionOf(config, (path) => readFileSync(path, 'utf8')),
        'bench',
      );
      this.#client = new Client(this.#transport);
    }
    return this.#client;
  }

  /** What the running process tells of itself. */
  async status(): Promise<RunStatus> {
    return JSON.parse(await readFile(join(this.folder, 'data', 'status.json'), 'utf8')) as RunStatus;
  }

  async startAgain(): Promise<void> {
    await this.#tyke(['start'], ['--kubeconfig', join(this.folder, 'kubeconfig'), '--api-port', '0']);
  }

  /** Loads the busybox image of the tests. */
  async loadImage(): Promise<void> {
    const archive = join(this.folder, 'busybox.tar');
    await writeFile(archive, await busyboxDockerArchive());
    await this.#tyke(['image', 'load'], [archive]);
  }

  async until(what: string, holds: () => Promise<boolean>, pollMs = 20): Promise<void> {
    for (const endMs = performance.now() + LIMIT_MS; !(await holds()); await new Promise((resolve) => setTimeout(resolve, pollMs))) {
      if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    }
  }

  async delete(): Promise<void> {
    await this.#transport?.close();
    await this.#tyke(['delete'], []);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #tyke(command: readonly string[], more: readonly string[]): Promise<void> {
    const argv = [LAUNCHER, ...command, ...more, '--name', this.name, '--data-dir', join(this.folder, 'data')];
    const { code, stderr } = await runProgram(argv, {
      env: { ...process.env, HOME: this.folder, KUBECONFIG: join(this.folder, 'kubeconfig') },
    });
    if (code !== 0) throw new Error(`tyke ${command.join(' ')} failed: ${stderr}`);
  }
}
