// Beside the real thing: asks our API server and upstream's kube-apiserver with etcd the same, in turns, and prints what each does and the ratio.
// Run by hand: `node bench/upstream/compare.ts`; the first build takes minutes. KUBE_APISERVER and ETCD may name programs that are there already.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBundle } from '../launched.ts';
import { median } from '../median.ts';
import { pssMegabytes } from '../processes.ts';
import { samplePod } from '../sample-pods.ts';
import { Load } from './load.ts';
import { startOurs, startUpstream } from './servers.ts';
import type { Server } from './servers.ts';

const PODS = 10_000;
const ROUNDS = 4;
const CLIENTS = 64;
const GETS = 4_000;
const LISTS = 3;
const PATCHES = 400;
const WATCHERS = 50;
const PATH = '/api/v1/namespaces/default/pods';

type Figures = Map<string, number[]>;

function note(figures: Figures, name: string, value: number): void {
  figures.set(name, [...(figures.get(name) ?? []), value]);
}

/** Sends one round of everything. */
async function round(load: Load, at: number, figures: Figures): Promise<void> {
  const share = PODS / ROUNDS;
  const create = (index: number) => ({
    method: 'POST',
    path: PATH,
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...samplePod(at * share + index) }),
  });
  note(figures, 'POST, 64 clients (1/s)', await load.rate(share, CLIENTS, create));
  note(figures, 'GET, 64 clients (1/s)', await load.rate(GETS, CLIENTS, (index) => ({ path: `${PATH}/pod-${index % share}` })));
  await patches(load, at, figures);
}

async function resourceVersion(load: Load): Promise<string> {
  return load.text(`${PATH}?limit=1`).then((text) => /"resourceVersion":"(\d+)"/.exec(text)?.[1] ?? '');
}

/** Patches while watchers look on; then how fast the watchers got it all. */
async function patches(load: Load, at: number, figures: Figures): Promise<void> {
  const path = `${PATH}?watch=1&resourceVersion=${await resourceVersion(load)}`;
  const { seen, close } = load.watch(path, WATCHERS, PATCHES);
  const startMs = performance.now();
  const patch = (index: number) => ({
    method: 'PATCH',
    path: `${PATH}/pod-${index}`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ metadata: { labels: { round: String(at) } } }),
  });
  const [rate] = await Promise.all([load.rate(PATCHES, 16, patch), seen]);
  note(figures, 'PATCH under 50 watchers, 16 clients (1/s)', rate);
  note(figures, 'watch events delivered (1/s)', (WATCHERS * PATCHES * 1000) / (performance.now() - startMs));
  close();
}

async function lists(load: Load, figures: Figures): Promise<void> {
  for (const [name, accept] of [
    ['LIST 10,000 Pods, JSON (1/s)', 'application/json'],
    ['LIST 10,000 Pods, protobuf (1/s)', 'application/vnd.kubernetes.protobuf'],
  ] as const) {
    note(figures, name, await load.rate(LISTS, 1, () => ({ path: PATH, accept })));
  }
}

async function main(): Promise<void> {
  await prepareBundle();
  const folder = mkdtempSync(join(tmpdir(), 'bench-upstream-'));
  const servers: Server[] = [];
  try {
    // One by one: what was started ends, also when the next does not start.
    servers.push(await startOurs(folder));
    servers.push(await startUpstream(folder));
    const sides = servers.map((server) => ({ server, load: new Load(server), figures: new Map<string, number[]>() }));
    for (const { server, load, figures } of sides) {
      note(figures, 'start to ready (s)', server.readySeconds);
      note(figures, 'memory before (MB)', pssMegabytes([server.pid]));
      await load.ask({
        method: 'POST',
        path: PATH.replace(/pods$/, 'serviceaccounts'),
        body: JSON.stringify({ metadata: { name: 'default' } }),
      });
    }
    for (let at = 0; at < ROUNDS; at++) for (const { load, figures } of sides) await round(load, at, figures);
    for (let at = 0; at < ROUNDS; at++) for (const { load, figures } of sides) await lists(load, figures);
    for (const { server, load, figures } of sides) {
      note(figures, 'memory after (MB)', pssMegabytes([server.pid]));
      load.close();
    }
    print(sides.map(({ figures }) => figures));
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true });
  }
}

function print([ours, upstream]: readonly Figures[]): void {
  for (const [name, values] of ours ?? []) {
    const [own, other] = [median(values), median(upstream?.get(name) ?? [])];
    console.log(`${name}: ours ${own.toPrecision(4)}, upstream ${other.toPrecision(4)}, ratio ${(own / other).toFixed(2)}`);
  }
}

if (import.meta.main) await main();
