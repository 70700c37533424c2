// Hostile requests: valid objects, patches, selectors and queries with something wrong in them, drawn from a seed, and a server that they
// are thrown at. Every one must end in an answer that blames the client, and none may be logged as the server's own failure.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { LogFacts, Logger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Random } from '../../src/base/random.ts';
import { startApiServer } from '../../src/cluster/api-server.ts';
import type { RunningApiServer } from '../../src/cluster/api-server.ts';
import { createTokenKey } from '../../src/cluster/pki/authority.ts';
import { isStatus } from '../../src/machinery/status-error.ts';
import { encodeJson } from '../../src/machinery/codec/json.ts';
import { encodeYaml } from '../../src/machinery/codec/yaml.ts';
import { requestInfo } from '../../src/server/http/request-info.ts';
import { openMemoryStore } from '../../src/store/memory.ts';

export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly body: Uint8Array | undefined;
}

const DEEP = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
const WORDS = [
  '',
  'a',
  'A B',
  '..',
  '%',
  '-1',
  'true',
  '2147483648',
  '__proto__',
  'constructor',
  'é',
  '\u0000',
  '☃'.repeat(40),
  'x'.repeat(300),
  'a=b',
  '/',
  '{{',
  '1e400',
  '0x1',
  '1Ki',
  '10m',
  '99999999999999999999',
];
const VALUES: readonly (() => unknown)[] = [
  () => null,
  () => -1,
  () => 0,
  () => 1e30,
  () => 1.5,
  () => 9007199254740993n,
  () => true,
  () => '',
  () => 'x',
  () => 'x'.repeat(70_000),
  () => [],
  () => {},
  () => ({}),
  () => [null],
  () => [[]],
  () => [{}, {}],
  () => ({ '': '' }),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}') as unknown,
  () => Array.from({ length: 2000 }, () => ({ name: 'same' })),
  () => Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`k${at}`, 'v'])),
];

const podSpec = {
  containers: [
    { name: 'c', image: 'i', ports: [{ containerPort: 80 }], env: [{ name: 'E', value: 'v' }], resources: { limits: { cpu: '1' } } },
  ],
};
const template = { metadata: { labels: { app: 'a' } }, spec: podSpec };
const selector = { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }] };

interface Seed {
  readonly path: string;
  readonly object: Readonly<Record<string, unknown>>;
}

const SEEDS: readonly Seed[] = [
  {
    path: '/api/v1/namespaces/default/configmaps',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { a: 'b' } },
      data: { k: 'v' },
      binaryData: { b: 'AAAA' },
    },
  },
  {
    path: '/api/v1/namespaces/default/secrets',
    object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, type: 'Opaque', data: { k: 'AAAA' }, stringData: { s: 't' } },
  },
  {
    path: '/api/v1/namespaces/default/pods',
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: {
        ...podSpec,
        volumes: [{ name: 'v', emptyDir: {} }],
        tolerations: [{ key: 'k', operator: 'Exists' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] }],
            },
          },
        },
      },
    },
  },
  {
    path: '/api/v1/namespaces/default/services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { selector: { app: 'a' }, ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }], clusterIP: '' },
    },
  },
  {
    path: '/api/v1/nodes',
    object: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n' },
      spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] },
      status: { capacity: { cpu: '1' } },
    },
  },
  {
    path: '/apis/apps/v1/namespaces/default/deployments',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { replicas: 1, selector, template, strategy: { rollingUpdate: { maxSurge: '25%' } } },
    },
  },
  {
    path: '/apis/batch/v1/namespaces/default/jobs',
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a' },
      spec: { template: { ...template, spec: { ...podSpec, restartPolicy: 'Never' } } },
    },
  },
  {
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'a' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
  },
  {
    path: '/apis/coordination.k8s.io/v1/namespaces/default/leases',
    object: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'a' },
      spec: { holderIdentity: 'h', renewTime: '2024-01-01T00:00:00.000000Z', leaseDurationSeconds: 1 },
    },
  },
  {
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    object: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: { user: 'u', resourceAttributes: { verb: 'get', resource: 'pods' } },
    },
  },
];
const SUBRESOURCES = ['', '', '', '/status', '/scale', '/binding', '/eviction', '/log', '/nothing', '/ephemeralcontainers', '/token'];
const QUERIES = [
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
  'dryRun',
  'fieldManager',
  'fieldValidation',
  'force',
  'pretty',
  'gracePeriodSeconds',
  'propagationPolicy',
  'orphanDependents',
  'sendInitialEvents',
  'allowWatchBookmarks',
  'watch',
];
const SELECTORS = [
  'a in (',
  'a in (b',
  'a notin ()',
  '!',
  '!!a',
  'a=b=c',
  'a=,',
  ',,,',
  'a>b',
  'a in (b,c),d!=e',
  'metadata.name=',
  'spec.nodeName==x,',
  'status.phase\\',
  `a in (${'b,'.repeat(5000)})`,
];
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  '',
];

/** Draws requests. */
export class Hostility {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  #below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  #one<T>(of: readonly T[]): T {
    return of[this.#below(of.length)] as T;
  }

  next(): HostileRequest {
    const seed = this.#one(SEEDS);
    const kind = this.#below(10);
    const named = `${seed.path}/${this.#below(4) === 0 ? encodeURIComponent(this.#one(WORDS)) : 'a'}${this.#one(SUBRESOURCES)}`;
    const query = this.#query();
    if (kind === 9 && this.#below(4) > 0) return { method: 'GET', path: named, query, contentType: '', body: undefined };
    if (kind < 3)
      return {
        method: 'POST',
        path: this.#below(8) === 0 ? named : seed.path,
        query,
        contentType: this.#one(TYPES),
        body: this.#body(seed.object),
      };
    if (kind < 5) return { method: 'PUT', path: named, query, contentType: this.#one(TYPES), body: this.#body(seed.object) };
    if (kind < 8) return { method: 'PATCH', path: named, query: query === '' ? 'fieldManager=m' : query, ...this.#patch(seed.object) };
    if (kind < 9) return { method: 'GET', path: this.#below(2) === 0 ? named : seed.path, query, contentType: '', body: undefined };
    return {
      method: 'DELETE',
      path: named,
      query,
      contentType: 'application/json',
      body:
        this.#below(2) === 0
          ? undefined
          : this.#body({ kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 1, preconditions: { uid: 'x' } }),
    };
  }

  #query(): string {
    const query = new URLSearchParams();
    for (let count = this.#below(4); count > 1; count--)
      query.append(this.#one(QUERIES), this.#below(2) === 0 ? this.#one(SELECTORS) : this.#one(WORDS));
    // A watch would last; a timeout of its own must not be taken away from it.
    if (query.has('watch') || query.has('timeoutSeconds')) {
      query.delete('watch');
      query.set('timeoutSeconds', '1');
    }
    return query.toString();
  }

  /** A copy with some values replaced, removed or added. */
  #mutated(value: unknown, chance: number): unknown {
    if (this.#random.fraction() < chance) return this.#one(VALUES)();
    if (Array.isArray(value)) return value.map((each) => this.#mutated(each, chance));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, this.#mutated(each, chance)]);
    if (this.#random.fraction() < chance) entries.push([this.#one(WORDS), this.#one(VALUES)()]);
    return Object.fromEntries(entries);
  }

  #text(object: unknown): string {
    const value = this.#mutated(object, this.#one([0, 0.03, 0.1]));
    return encodeJson(value ?? null);
  }

  #body(object: unknown): Uint8Array {
    const choice = this.#below(20);
    if (choice === 0) return Buffer.from(DEEP);
    if (choice === 1) return Buffer.from(encodeYaml(this.#mutated(object, 0.1) ?? null));
    if (choice === 2) return Buffer.concat([Buffer.from('k8s\0'), this.#random.bytes(this.#below(200))]);
    if (choice === 3) return Buffer.from('a: &a [x]\nb: [*a,*a]\n? {}\n: 1\n');
    const bytes = Buffer.from(this.#text(object));
    if (choice === 4) return bytes.subarray(0, this.#below(bytes.length + 1));
    if (choice === 5 && bytes.length > 0) bytes[this.#below(bytes.length)] = this.#below(256);
    return bytes;
  }

  #patch(object: unknown): Pick<HostileRequest, 'contentType' | 'body'> {
    const contentType = this.#below(20) === 0 ? this.#one(TYPES) : this.#one(PATCHES);
    if (contentType !== 'application/json-patch+json' || this.#below(10) === 0)
      return { contentType, body: this.#body(this.#below(4) === 0 ? this.#directives(object) : object) };
    const operations = Array.from({ length: this.#below(5) }, () => ({
      op: this.#one(['add', 'remove', 'replace', 'move', 'copy', 'test', 'nothing']),
      path: this.#one([
        '',
        '/',
        '/metadata/labels/x',
        '/spec',
        '/spec/ports/-',
        '/data/k',
        '/metadata/finalizers/0',
        '/spec/template/spec/containers/0/name',
        '/~2',
        '/a/b/c',
        '/spec/containers/99999999999',
        '/__proto__/polluted',
      ]),
      from: this.#one(['', '/metadata', '/spec', '/data', '/__proto__']),
      value: this.#one(VALUES)(),
    }));
    return { contentType, body: Buffer.from(encodeJson(this.#mutated(operations, 0.05) ?? null)) };
  }

  #directives(object: unknown): unknown {
    const { spec } = object as { spec?: object };
    return {
      ...(object as object),
      $patch: this.#one(['replace', 'merge', 'delete', 1]),
      spec: {
        ...spec,
        $retainKeys: this.#one([['a'], 'x', null]),
        '$setElementOrder/containers': this.#one(VALUES)(),
        '$deleteFromPrimitiveList/finalizers': this.#one(VALUES)(),
        containers: [{ $patch: this.#one(['delete', 'replace']), name: this.#one(VALUES)() }],
      },
    };
  }
}

export interface Verdict {
  readonly code: number;
  readonly message: string;
  /** The object of the answer, as JSON. */
  readonly json?: string;
}

/** What upstream answers with 500 as well. */
const BLAMELESS =
  /^(?:failed to create typed patch object|failed to merge config|failed to decode managed fields|resourceVersion should not be set|unknown patch type: |list element types are not identical|map: map\[[^]*\] does not contain declared merge key: )/;

/** A server under attack. */
export class Target {
  readonly server: RunningApiServer;
  /** What the server logged as its own failure. */
  readonly failures: LogFacts[];
  readonly #close: () => Promise<void>;

  constructor(server: RunningApiServer, failures: LogFacts[], close: () => Promise<void>) {
    this.server = server;
    this.failures = failures;
    this.#close = close;
  }

  static async open(seed: number): Promise<Target> {
    const failures: LogFacts[] = [];
    const logger: Logger = { ...silentLogger, error: (message, facts) => void failures.push({ message, ...facts }), with: () => logger };
    const store = openMemoryStore({ clock: systemClock });
    const server = await startApiServer({
      store,
      clock: systemClock,
      random: seededRandom(seed),
      logger,
      tokenKey: await createTokenKey(),
      serviceCidrs: ['10.96.0.0/16'],
      kubelets: { connect: () => ({ host: '127.0.0.1', port: 1 }) },
      advertise: () => ({ address: '192.0.2.1', port: 6443 }),
      freeze: true,
    });
    await server.ready(AbortSignal.timeout(60_000));
    return new Target(server, failures, async () => {
      await server.close();
      await store.close();
    });
  }

  /** Makes what hostile requests find to work on. */
  async settle(): Promise<void> {
    const account = {
      path: '/api/v1/namespaces/default/serviceaccounts',
      object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
    };
    for (const { path, object } of [account, ...SEEDS]) {
      const { code, message } = await this.suffer({
        method: 'POST',
        path,
        query: '',
        contentType: 'application/json',
        body: Buffer.from(encodeJson(object)),
      });
      if (code !== 201 && code !== 409) throw new Error(`${path}: ${code} ${message}`);
    }
  }

  /** Throws one request at the server. */
  async suffer({ method, path, query: text, contentType, body }: HostileRequest): Promise<Verdict> {
    const query = new URLSearchParams(text);
    const end = new AbortController();
    try {
      const { status, body: answer } = await this.server.handle({
        info: requestInfo(method, path, query),
        method,
        user: { name: 'root', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} },
        query,
        headers: {},
        accept: 'application/json',
        body: body === undefined ? undefined : { kind: 'bytes', contentType, bytes: body },
        userAgent: 'fuzz/1.0',
        remoteAddress: '127.0.0.1',
        auditId: 'x',
        signal: end.signal,
        warn() {},
      });
      if (answer.kind === 'object') return { code: status, message: '', json: encodeJson(answer.object) };
      if (answer.kind === 'list') for (const item of answer.items) encodeJson(item);
      return { code: status, message: '' };
    } catch (error) {
      if (!isStatus(error)) throw error;
      return { code: error.code, message: error.message };
    } finally {
      end.abort();
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** Throws `cases` requests of a seed; answers with what the server must be blamed for. */
export async function attack(target: Target, seed: number, cases: number): Promise<readonly string[]> {
  const hostility = new Hostility(seed);
  const blamed: string[] = [];
  for (let at = 0; at < cases && blamed.length < 20; at++) {
    if (at % 250 === 0) await target.settle();
    const request = hostility.next();
    const before = target.failures.length;
    const { code, message } = await target.suffer(request);
    const broke = target.failures.length > before || (code >= 500 && code !== 504 && code !== 503 && !BLAMELESS.test(message));
    if (broke)
      blamed.push(
        `case ${at}: ${describe(request)} → ${code} ${message} ${String((target.failures.at(-1)?.['error'] as Error | undefined)?.stack ?? '')}`,
      );
    if (at % 64 === 0) await nextTurn();
  }
  return blamed;
}

const describe = ({ method, path, query, contentType, body }: HostileRequest): string =>
  `${method} ${path.slice(0, 200)}?${query.slice(0, 200)} (${contentType}) ${Buffer.from(body ?? [])
    .toString('utf8')
    .slice(0, 400)}`;
