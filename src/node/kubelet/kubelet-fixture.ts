// Parts of a kubelet for tests: an API of a few objects in memory, and a node whose folders lie in a temporary place.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Node } from '../../api/core/v1/node.ts';
import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { seededRandom } from '../../base/random.ts';
import { Client } from '../../client/client.ts';
import type { ClientRequest, Transport, WatchEvent, WatchRequest } from '../../client/transport.ts';
import { canonicalize } from '../../machinery/canonical.ts';
import { applyDefaults } from '../../machinery/defaulting.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { notFoundError } from '../../machinery/status-error.ts';
import { Informers } from '../../runtime/informers.ts';
import { createCriClient } from '../runtime/index.ts';
import { readCgroupLayout } from '../scope/index.ts';
import type { NodeScope } from '../scope/index.ts';
import { nodeScope } from '../scope/node-scope.ts';
import type { KubeletParts } from './seams.ts';

type Sink = (events: readonly WatchEvent[]) => void;

/** Objects by kind and name, with lists and watches by name. */
export class TinyApi implements Transport {
  readonly #objects = new Map<string, KubeObject>();
  readonly #watches = new Map<Sink, WatchRequest>();
  /** Answers requests other than reads. */
  answer: (request: ClientRequest) => unknown = () => {
    throw new Error('not expected');
  };
  readonly requests: string[] = [];
  #revision = 1;

  put(object: KubeObject): void {
    this.#revision++;
    const { namespace = '', name = '' } = object.metadata;
    const id = `${object.kind}/${namespace}/${name}`;
    const type = this.#objects.has(id) ? 'MODIFIED' : 'ADDED';
    const stored: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } };
    this.#objects.set(id, stored);
    this.#tell(type, stored);
  }

  remove(kind: string, namespace: string, name: string): void {
    const id = `${kind}/${namespace}/${name}`;
    const object = this.#objects.get(id);
    this.#objects.delete(id);
    this.#revision++;
    if (object !== undefined)
      this.#tell('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } });
  }

  get watching(): number {
    return this.#watches.size;
  }

  #tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    for (const [sink, request] of this.#watches) if (this.#matches(object, request)) sink([{ type, object }]);
  }

  #matches(object: KubeObject, { kind, namespace = '', query = {} }: Pick<WatchRequest, 'kind' | 'namespace' | 'query'>): boolean {
    if (object.kind !== kind.kind || (namespace !== '' && object.metadata.namespace !== namespace)) return false;
    const [, name] = /^metadata\.name=(.*)$/.exec(query['fieldSelector'] ?? '') ?? [];
    return name === undefined || object.metadata.name === name;
  }

  async request(request: ClientRequest): Promise<unknown> {
    const { verb, kind, namespace = '', name = '' } = request;
    this.requests.push(`${verb} ${kind.plural} ${name}`);
    if (verb === 'list') {
      const items = [...this.#objects.values()].filter((object) => this.#matches(object, request));
      return { apiVersion: kind.apiVersion, kind: `${kind.kind}List`, metadata: { resourceVersion: String(this.#revision) }, items };
    }
    if (verb !== 'get') return this.answer(request);
    const object = this.#objects.get(`${kind.kind}/${namespace}/${name}`);
    if (object === undefined) throw notFoundError({ group: kind.group, resource: kind.plural }, name);
    return object;
  }

  watch(request: WatchRequest, sink: Sink): Promise<void> {
    this.#watches.set(sink, request);
    return new Promise((_resolve, reject) => {
      request.signal.addEventListener(
        'abort',
        () => {
          this.#watches.delete(sink);
          reject(request.signal.reason);
        },
        { once: true },
      );
    });
  }

  raw(): Promise<Uint8Array> {
    throw new Error('not expected');
  }
}

/** A Pod as the API server would store it. */
export function podOf(manifest: { metadata: object; spec: object }): Pod {
  const made = canonicalize(pod.struct, { apiVersion: 'v1', kind: 'Pod', ...manifest });
  if (!made.ok) throw new Error(made.message);
  applyDefaults(pod, made.object);
  return made.object as Pod;
}

export interface KubeletFixture {
  readonly parts: KubeletParts;
  readonly api: TinyApi;
  readonly scope: NodeScope;
  readonly folder: string;
  close(): Promise<void>;
}

/** The machine as a node whose kubelet folder is temporary. */
export async function kubeletFixture(options: { clock?: Clock; node?: Node } = {}): Promise<KubeletFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'tyke-kubelet-'));
  const end = new AbortController();
  const { clock = systemClock } = options;
  const api = new TinyApi();
  const random = seededRandom(5);
  const logger = silentLogger;
  const client = new Client(api);
  const scope = nodeScope(
    {
      cluster: 'test',
      node: 'n1',
      names: { netns: '', veth: '', bridge: '', nftTable: 'tyke-test' },
      cgroupRoot: '/tyke-test/n1',
      cgroups: await readCgroupLayout(),
      folders: {
        data: folder,
        kubelet: `${folder}/kubelet`,
        podLogs: `${folder}/pods`,
        containerLogs: `${folder}/containers`,
        containerdRoot: `${folder}/containerd`,
        containerdState: `${folder}/run`,
        cniConfig: `${folder}/cni`,
        cniState: `${folder}/cni-state`,
        registries: `${folder}/registries`,
        logs: `${folder}/logs`,
      },
      cidrs: { address: '127.0.0.1', nodeCidr: '', podCidr: '', clusterPodCidr: '', serviceCidr: '' },
      netns: undefined,
      holder: undefined,
    },
    systemClock,
  );
  const cri = createCriClient({ socket: `${folder}/none.sock`, clock: systemClock, random });
  const informers = new Informers({ client, clock, random, logger }, end.signal);
  return {
    parts: { nodeName: 'n1', scope, cri, client, informers, clock, random, logger, node: () => options.node },
    api,
    scope,
    folder,
    async close() {
      end.abort();
      await informers.end();
      cri.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
