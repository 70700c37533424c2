// `tyke start` to a ready node, and on to an app that answers by the name of its Service, beside the start of containerd alone.
// The second includes loading the app's image. Needs root.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock as clock } from '../src/base/clock.ts';
import { secureRandom as random } from '../src/base/random.ts';
import { deployment } from '../src/api/apps/v1/deployment.ts';
import { service } from '../src/api/core/v1/service.ts';
import { createCriClient } from '../src/node/runtime/index.ts';
import { BUSYBOX_IMAGE } from '../test/e2e/images.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { end, prepareBundle } from './launched.ts';
import { median } from './median.ts';
import { RealCluster } from './real-cluster.ts';

const ROUNDS = 3;

/** Seconds from the start of containerd to its first answer over CRI. */
async function containerdSeconds(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-containerd-'));
  const socket = join(folder, 'containerd.sock');
  const config = `version = 2\nroot = "${folder}/root"\nstate = "${folder}/state"\n[grpc]\n  address = "${socket}"\n[ttrpc]\n  address = "${socket}.ttrpc"\n`;
  writeFileSync(join(folder, 'config.toml'), config);
  const startMs = performance.now();
  const child = spawn('containerd', ['--config', join(folder, 'config.toml')], { stdio: 'ignore' });
  const { signal } = new AbortController();
  try {
    for (let asked = 0; ; asked++) {
      const cri = createCriClient({ socket, clock, random });
      try {
        await cri.version({ version: '' }, { signal, timeoutMs: 1_000 });
        return (performance.now() - startMs) / 1000;
      } catch (error) {
        if (asked > 500) throw new Error('containerd does not answer', { cause: error });
        await sleep(5);
      } finally {
        cri.close();
      }
    }
  } finally {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks the cluster's DNS for the name, and what answers there over HTTP; undefined when nobody does. */
async function ask(dns: string, name: string): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: 250, tries: 1 });
  resolver.setServers([dns]);
  try {
    const [address = ''] = await resolver.resolve4(name);
    const answer = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(250) });
    return await answer.text();
  } catch {
    // Not yet.
    return undefined;
  }
}

/** Resolves when the app is heard, from the machine, by the name of its Service. */
async function untilAnswered(cluster: RealCluster): Promise<void> {
  const { client, signal } = cluster;
  const labels = { app: 'web' };
  const command = ['sh', '-c', 'mkdir /www; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www'];
  const metadata = { name: 'web', namespace: 'default' };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: BUSYBOX_IMAGE, command }] },
  };
  await Promise.all([
    client.create(service, { metadata, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } }, { signal }),
    client.create(deployment, { metadata, spec: { selector: { matchLabels: labels }, template } }, { signal }),
  ]);
  const { spec } = await client.get(service, { namespace: 'kube-system', name: 'kube-dns' }, { signal });
  await cluster.until('the answer', async () => (await ask(spec.clusterIP ?? '', 'web.default.svc.cluster.local')) === 'hello\n', 5);
}

export async function* figures(): AsyncGenerator<Figure> {
  await prepareBundle();
  const ready: number[] = [];
  const answered: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    baselines.push(await containerdSeconds());
    const startMs = performance.now();
    const cluster = await RealCluster.start('bs');
    try {
      ready.push((performance.now() - startMs) / 1000);
      await cluster.loadImage();
      await untilAnswered(cluster);
      answered.push((performance.now() - startMs) / 1000);
    } finally {
      await cluster.delete();
    }
  }
  const baseline = median(baselines);
  yield judge({ figure: 'cluster-start-ready', value: median(ready), unit: 's', baseline }, { of: 'value', atMost: 2.5 });
  yield judge({ figure: 'cluster-start-service', value: median(answered), unit: 's', baseline }, { of: 'value', atMost: 4 });
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
