// `tyke image`: loads image archives into the nodes, lists what is there, removes it. No registry is needed.

import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { secureRandom } from '../base/random.ts';
import { readClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import type { ClusterRecord } from '../cluster/lifecycle/cluster-record.ts';
import { gatewayAddress } from '../node/network/index.ts';
import { createCriClient, loadImage, removeImage } from '../node/runtime/index.ts';
import type { CriClient } from '../node/runtime/index.ts';
import { openNodeScope } from '../node/scope/index.ts';
import type { NodeScope } from '../node/scope/index.ts';
import { dataDirOf, requireRoot } from './cluster-location.ts';
import type { ClusterFlags } from './cluster-location.ts';
import { CommandFailure } from './failure.ts';

interface OpenNode {
  readonly name: string;
  readonly scope: NodeScope;
  readonly cri: CriClient;
}

async function onNodes<T>(flags: ClusterFlags, work: (node: OpenNode) => Promise<T>): Promise<T[]> {
  requireRoot();
  const dataDir = dataDirOf(flags);
  const record = await readClusterRecord(dataDir);
  if (record === undefined) throw new CommandFailure('image', `there is no cluster ${JSON.stringify(flags.name)}`, 'tyke start makes one.');
  const nodes = await Promise.all(record.nodes.map((node) => openNode(record, node.name, dataDir)));
  try {
    return await Promise.all(nodes.map(work));
  } finally {
    for (const { cri } of nodes) cri.close();
  }
}

async function openNode(record: ClusterRecord, name: string, dataDir: string): Promise<OpenNode> {
  const node = record.nodes.find((each) => each.name === name);
  const scope =
    node === undefined
      ? undefined
      : await openNodeScope({
          cluster: record.name,
          node: name,
          dataDir,
          address: node.address,
          podCidr: node.podCidr,
          nodeCidr: record.nodeCidr,
          clusterPodCidr: record.podCidr,
          serviceCidr: record.serviceCidr,
          gateway: gatewayAddress(record.nodeCidr),
          mtu: 1500,
          clock: systemClock,
        });
  if (scope === undefined) throw new CommandFailure('image', `node ${name} is not running`, 'tyke start brings it up.');
  return { name, scope, cri: createCriClient({ socket: () => scope.socket, clock: systemClock, random: secureRandom }) };
}

/** Loads a docker-archive or OCI archive into every node. */
export async function imageLoad(flags: ClusterFlags, file: string, signal: AbortSignal): Promise<void> {
  const loaded = await onNodes(flags, ({ scope, cri }) => loadImage({ scope, client: cri, clock: systemClock }, resolve(file), signal));
  for (const name of new Set(loaded.flat())) process.stdout.write(`Loaded image: ${name}\n`);
}

const MEGABYTE = 1_000_000;

export async function imageList(flags: ClusterFlags, signal: AbortSignal): Promise<void> {
  const listed = await onNodes(flags, async ({ cri }) => (await cri.listImages({}, { signal })).images);
  const rows = new Map<string, string>();
  for (const image of listed.flat()) {
    for (const tag of image.repoTags.length > 0 ? image.repoTags : image.repoDigests) {
      rows.set(tag, `${tag.padEnd(56)} ${image.id.replace(/^sha256:/, '').slice(0, 12)}  ${(Number(image.size) / MEGABYTE).toFixed(1)} MB`);
    }
  }
  const lines = [`${'IMAGE'.padEnd(56)} ID            SIZE`, ...[...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Removes an image from every node that has it. */
export async function imageRemove(flags: ClusterFlags, name: string, signal: AbortSignal): Promise<void> {
  const removed = await onNodes(flags, ({ scope, cri }) => removeImage({ scope, client: cri, clock: systemClock }, name, signal));
  if (!removed.includes(true))
    throw new CommandFailure('image rm', `no node has the image ${JSON.stringify(name)}`, 'tyke image ls shows what there is.');
  process.stdout.write(`Removed image: ${name}\n`);
}
