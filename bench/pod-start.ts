// From the creation of a Pod to `Running` seen by a watch of the API, beside the same sandbox and container asked of containerd alone. Needs root.

import { systemClock as clock } from '../src/base/clock.ts';
import { must } from '../src/base/assert.ts';
import { secureRandom as random } from '../src/base/random.ts';
import { pod } from '../src/api/core/v1/pod.ts';
import type { Pod } from '../src/api/core/v1/pod.ts';
import { serviceAccount } from '../src/api/core/v1/service-account.ts';
import { createCriClient } from '../src/node/runtime/index.ts';
import type { CriClient } from '../src/node/runtime/index.ts';
import { BUSYBOX_IMAGE } from '../test/e2e/images.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';
import { prepareBundle } from './launched.ts';
import { median } from './median.ts';
import { RealCluster } from './real-cluster.ts';

const ROUNDS = 25;
const COMMAND = ['sleep', '1000'];

/** The socket of the node's containerd, which lies in the node's own mounts. */
async function socketOf(cluster: RealCluster): Promise<string> {
  const { components } = await cluster.status();
  const { pid } = must(
    components.find(({ name }) => name.startsWith('containerd ')),
    'containerd',
  );
  return `/proc/${pid}/root/run/containerd/containerd.sock`;
}

/** Milliseconds until containerd has started the container of a Pod. */
async function criMs(cri: CriClient, round: number, signal: AbortSignal): Promise<number> {
  const uid = random.uuid();
  const config = {
    metadata: { name: `bare-${round}`, namespace: 'default', uid, attempt: 0 },
    hostname: `bare-${round}`,
    logDirectory: `/var/log/pods/default_bare-${round}_${uid}`,
    linux: { cgroupParent: '/bench', securityContext: { seccomp: { profileType: 'RuntimeDefault' as const } } },
  };
  const startMs = performance.now();
  const { podSandboxId } = await cri.runPodSandbox({ config, runtimeHandler: '' }, { signal, timeoutMs: 30_000 });
  const container = {
    metadata: { name: 'main', attempt: 0 },
    image: { image: BUSYBOX_IMAGE },
    command: COMMAND,
    logPath: 'main/0.log',
    linux: {},
  };
  const { containerId } = await cri.createContainer({ podSandboxId, config: container, sandboxConfig: config }, { signal });
  await cri.startContainer({ containerId }, { signal });
  const ms = performance.now() - startMs;
  await cri.stopPodSandbox({ podSandboxId }, { signal, timeoutMs: 30_000 });
  await cri.removePodSandbox({ podSandboxId }, { signal });
  return ms;
}

/** Milliseconds until a watch shows the Pod running. */
async function podMs({ client, signal }: RealCluster, round: number): Promise<number> {
  const name = `pod-${round}`;
  const end = new AbortController();
  const watched = Promise.withResolvers<void>();
  const { metadata } = await client.list(pod, { namespace: 'default', signal });
  const watching = client
    .watch(
      pod,
      { namespace: 'default', fieldSelector: `metadata.name=${name}`, resourceVersion: metadata.resourceVersion ?? '', signal: end.signal },
      (events) => {
        if (events.some((event) => event.type === 'MODIFIED' && (event.object as Pod).status.phase === 'Running')) watched.resolve();
      },
    )
    .catch((error: unknown) => {
      if (!end.signal.aborted) watched.reject(error);
    });
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: BUSYBOX_IMAGE, command: COMMAND }] };
  const startMs = performance.now();
  await client.create(pod, { metadata: { name, namespace: 'default' }, spec }, { signal });
  await watched.promise;
  const ms = performance.now() - startMs;
  end.abort();
  await watching;
  await client.delete(pod, { namespace: 'default', name }, { gracePeriodSeconds: 0, signal });
  return ms;
}

async function gone({ client, signal }: RealCluster): Promise<boolean> {
  return (await client.list(pod, { namespace: 'default', signal })).items.length === 0;
}

export async function* figures(): AsyncGenerator<Figure> {
  await prepareBundle();
  const cluster = await RealCluster.start('bp');
  let cri: CriClient | undefined;
  try {
    await cluster.loadImage();
    const { client, signal } = cluster;
    await cluster.until(
      'the ServiceAccount',
      async () => (await client.find(serviceAccount, { namespace: 'default', name: 'default' }, { signal })) !== undefined,
    );
    const socket = await socketOf(cluster);
    cri = createCriClient({ socket, clock, random });
    const values: number[] = [];
    const baselines: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      baselines.push(await criMs(cri, round, signal));
      values.push(await podMs(cluster, round));
      await cluster.until('the end of the Pod', () => gone(cluster));
      // Its cleaning up is no part of what comes next.
      await clock.sleep(150, signal);
    }
    yield judge({ figure: 'pod-running', value: median(values), unit: 'ms', baseline: median(baselines) }, { of: 'ratio', atMost: 1.25 });
  } finally {
    cri?.close();
    await cluster.delete();
  }
}

if (import.meta.main) for await (const figure of figures()) console.log(formatFigure(figure));
