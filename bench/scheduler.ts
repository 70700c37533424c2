// The scheduler: what judging and weighing all of 5,000 Nodes costs a Pod, and how many Pods a second it binds through the API server.

import { generateKeyPairSync } from 'node:crypto';
import { systemClock } from '../src/base/clock.ts';
import { silentLogger } from '../src/base/logger.ts';
import { secureRandom } from '../src/base/random.ts';
import { namespace } from '../src/api/core/v1/namespace.ts';
import { node } from '../src/api/core/v1/node.ts';
import { pod } from '../src/api/core/v1/pod.ts';
import { serviceAccount } from '../src/api/core/v1/service-account.ts';
import { Client } from '../src/client/client.ts';
import { createAdmission, createApiServerParts, ServiceAccountTokens, TokenSigner } from '../src/control-plane/apiserver/index.ts';
import { Cycle } from '../src/control-plane/scheduler/cycle.ts';
import { runScheduler } from '../src/control-plane/scheduler/index.ts';
import { PLUGINS } from '../src/control-plane/scheduler/plugins.ts';
import { podInfoOf } from '../src/control-plane/scheduler/pod-info.ts';
import { UsageMeter } from '../src/control-plane/scheduler/pod-usage.ts';
import { sampleNode, samplePod } from '../src/control-plane/scheduler/samples.ts';
import { Snapshot } from '../src/control-plane/scheduler/snapshot.ts';
import { Informers } from '../src/runtime/informers.ts';
import { createInProcessTransport } from '../src/server/in-process-transport.ts';
import { openServerCore } from '../src/server/server-core.ts';
import { openMemoryStore } from '../src/store/memory.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const SCANNED_NODES = 5_000;
const SCANNED_PODS = 2_000;
const NODES = 1_000;
const PODS = 5_000;
const CREATED_AT_ONCE = 100;
const UPSTREAM_BINDINGS_PER_SECOND = 256;
const REQUESTS = { cpu: '100m', memory: '128Mi' };

/** Microseconds for each Pod, every one of which is then counted on its Node. */
function scanMicroseconds(): number {
  const snapshot = new Snapshot();
  for (let index = 0; index < SCANNED_NODES; index++) snapshot.setNode(sampleNode(`node-${index}`));
  const meter = new UsageMeter();
  const cycle = new Cycle(PLUGINS, snapshot, secureRandom);
  const pods = Array.from({ length: SCANNED_PODS }, (_, index) => podInfoOf(samplePod(`pod-${index}`, { requests: REQUESTS }), meter));
  let best = Number.POSITIVE_INFINITY;
  const batch = SCANNED_PODS / 4;
  for (let start = 0; start < SCANNED_PODS; start += batch) {
    const beganMs = systemClock.monotonicMs();
    for (const info of pods.slice(start, start + batch)) {
      const decision = cycle.decide(info);
      if (decision.kind !== 'picked') throw new Error(decision.message);
      snapshot.assume(info, decision.nodeName);
    }
    best = Math.min(best, ((systemClock.monotonicMs() - beganMs) / batch) * 1000);
  }
  return best;
}

/** The barest scan: the free processors of as many Nodes, from one array. */
function bareScanMicroseconds(): number {
  const free = Float64Array.from({ length: SCANNED_NODES }, (_, index) => 4000 + (index % 7));
  let best = Number.POSITIVE_INFINITY;
  let sink = 0;
  for (let round = 0; round < 5; round++) {
    const beganMs = systemClock.monotonicMs();
    for (let turn = 0; turn < SCANNED_PODS; turn++) {
      let picked = 0;
      for (let slot = 1; slot < SCANNED_NODES; slot++) if ((free[slot] ?? 0) > (free[picked] ?? 0)) picked = slot;
      free[picked] = (free[picked] ?? 0) - 1;
      sink += picked;
    }
    best = Math.min(best, ((systemClock.monotonicMs() - beganMs) / SCANNED_PODS) * 1000);
  }
  return sink < 0 ? 0 : best;
}

async function inBatches(count: number, create: (index: number) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < count; start += CREATED_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(CREATED_AT_ONCE, count - start) }, (_, index) => create(start + index)));
  }
}

async function fill(client: Client, signal: AbortSignal): Promise<void> {
  await client.create(namespace, { metadata: { name: 'bench' } }, { signal });
  await client.create(serviceAccount, { metadata: { name: 'default', namespace: 'bench' } }, { signal });
  await inBatches(NODES, async (index) => {
    const { metadata, status } = sampleNode(`node-${index}`);
    const created = await client.create(node, { metadata: { name: metadata.name, labels: metadata.labels }, status }, { signal });
    // Nobody runs here who would lift the taint of new Nodes.
    await client.update(node, { ...created, spec: {} }, { signal });
  });
  const { spec } = samplePod('any', { requests: REQUESTS });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'web', controller: true };
  await inBatches(PODS, (index) =>
    client.create(pod, { metadata: { name: `pod-${index}`, namespace: 'bench', ownerReferences: [owner] }, spec }, { signal }),
  );
}

const ROOT = { name: 'root', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };

/** An API server over the memory store, with all its resources and rules. */
async function openServer(): Promise<{ readonly client: Client; close(): Promise<void> }> {
  const base = { clock: systemClock, random: secureRandom, logger: silentLogger };
  const store = openMemoryStore(base);
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const signer = new TokenSigner(keys.privateKey, [keys.publicKey]);
  const tokens = new ServiceAccountTokens({ ...base, signer, issuer: 'bench', audiences: ['bench'], exists: () => Promise.resolve(false) });
  const parts = createApiServerParts({
    ...base,
    tokens,
    kubelets: { connect: () => ({ host: '', port: 0 }) },
    advertise: () => ({ address: '192.0.2.1', port: 6443 }),
  });
  const core = await openServerCore({
    ...base,
    store,
    strategies: parts.strategies,
    admission: (lookups) => createAdmission({ ...base, lookups }),
  });
  return {
    client: new Client(createInProcessTransport({ handle: core.handle, random: secureRandom, user: ROOT, userAgent: 'bench' })),
    async close() {
      await core.close();
      await store.close();
    },
  };
}

/** Bindings a second, from the scheduler's start to the last Pod seen on a Node. */
async function bindingsPerSecond(): Promise<number> {
  const { client, close } = await openServer();
  const end = new AbortController();
  const { signal } = end;
  const parts = { client, clock: systemClock, random: secureRandom, logger: silentLogger };
  await fill(client, signal);
  const informers = new Informers(parts, signal);
  const bound = Promise.withResolvers<void>();
  const seen = new Set<string>();
  informers.of(pod).subscribe(({ object }) => {
    if ((object.spec.nodeName ?? '') === '') return;
    seen.add(object.metadata.name ?? '');
    if (seen.size === PODS) bound.resolve();
  });
  await informers.whenSynced(signal);
  const beganMs = systemClock.monotonicMs();
  const scheduler = runScheduler(parts, signal);
  await bound.promise;
  const seconds = (systemClock.monotonicMs() - beganMs) / 1000;
  end.abort(new DOMException('the benchmark is over', 'AbortError'));
  await Promise.all([scheduler, informers.end()]);
  await close();
  return PODS / seconds;
}

/** Measures and judges. */
export async function* figures(): AsyncGenerator<Figure> {
  yield judge({ figure: 'schedule-scan-5000', value: scanMicroseconds(), unit: 'µs/Pod', baseline: bareScanMicroseconds() });
  const measured = {
    figure: 'schedule-bind-1000',
    value: await bindingsPerSecond(),
    unit: 'bindings/s',
    baseline: UPSTREAM_BINDINGS_PER_SECOND,
  };
  yield judge(measured, { of: 'ratio', atLeast: 8 });
}

if (import.meta.main) {
  for await (const figure of figures()) console.log(formatFigure(figure));
}
