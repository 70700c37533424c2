import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMap } from '../api/core/v1/config-map.ts';
import { VirtualClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { StatusError } from '../machinery/status-error.ts';
import type { ApiRequest, Handler, RequestInfo } from './api-request.ts';
import { allowAll } from './authorizer.ts';
import type { AuthorizationAttributes, Authorizer } from './authorizer.ts';
import { maxInFlight } from './flow-control.ts';
import { createPipeline } from './pipeline.ts';
import type { PipelineParts } from './pipeline.ts';
import { alice, openFixture } from './server-core-fixture.ts';
import { createInProcessTransport } from './in-process-transport.ts';
import { Client } from '../client/client.ts';
import { seededRandom } from '../base/random.ts';

const info: RequestInfo = {
  isResourceRequest: true,
  verb: 'get',
  path: '/api/v1/namespaces/a/pods/x',
  apiPrefix: 'api',
  group: '',
  version: 'v1',
  namespace: 'a',
  resource: 'pods',
  subresource: '',
  name: 'x',
  parts: [],
};

const request = (rest: Partial<ApiRequest> = {}): ApiRequest => ({
  info,
  method: 'GET',
  user: alice,
  query: new URLSearchParams(),
  headers: {},
  accept: '',
  body: undefined,
  userAgent: 'test',
  remoteAddress: '192.0.2.1',
  auditId: '1',
  signal: new AbortController().signal,
  warn() {},
  ...rest,
});

const fine: Handler = () => Promise.resolve({ status: 200, body: { kind: 'empty' } });

const pipeline = (parts: Partial<PipelineParts>): Handler =>
  createPipeline({
    clock: new VirtualClock(),
    logger: silentLogger,
    authorizer: allowAll,
    flowControl: maxInFlight({ reads: 1, writes: 1 }),
    resources: fine,
    nonResource: fine,
    ...parts,
  });

const only = (allowed: (attributes: AuthorizationAttributes) => boolean): Authorizer => ({
  authorize: (attributes) => ({ allowed: allowed(attributes), reason: '' }),
});

const message = (text: string, code: number) => (error: unknown) => {
  assert.ok(error instanceof StatusError, String(error));
  assert.deepEqual([error.message, error.code], [text, code]);
  return true;
};

describe('authorization', () => {
  it('refuses in upstream’s words, by resource, scope and path', async () => {
    const handle = pipeline({ authorizer: only(() => false) });
    const cases: [Partial<RequestInfo>, string][] = [
      [{}, 'pods "x" is forbidden: User "alice" cannot get resource "pods" in API group "" in the namespace "a"'],
      [
        { name: '', verb: 'list', namespace: '' },
        'pods is forbidden: User "alice" cannot list resource "pods" in API group "" at the cluster scope',
      ],
      [{ subresource: 'log' }, 'pods "x" is forbidden: User "alice" cannot get resource "pods/log" in API group "" in the namespace "a"'],
      [{ isResourceRequest: false, path: '/healthz', resource: '', name: '' }, 'forbidden: User "alice" cannot get path "/healthz"'],
    ];
    for (const [part, text] of cases) await assert.rejects(handle(request({ info: { ...info, ...part } })), message(text, 403));
  });
});

describe('impersonation', () => {
  const asBob = { 'impersonate-user': 'bob', 'impersonate-group': 'dev' };

  it('acts as the other user once each part is allowed', async () => {
    let seen: ApiRequest | undefined;
    const asked: string[] = [];
    const authorizer = only(({ verb, resource, name, user }) => {
      asked.push(`${user.name} ${verb} ${resource}/${name}`);
      return true;
    });
    const resources: Handler = (given) => {
      seen = given;
      return fine(given);
    };
    await pipeline({ authorizer, resources })(request({ headers: asBob }));
    assert.deepEqual(asked, ['alice impersonate users/bob', 'alice impersonate groups/dev', 'bob get pods/x']);
    assert.deepEqual(seen?.user, { name: 'bob', uid: '', groups: ['dev', 'system:authenticated'], extra: {} });
  });

  it('is refused to those who may not, and without a user', async () => {
    const handle = pipeline({ authorizer: only(({ verb }) => verb !== 'impersonate') });
    await assert.rejects(
      handle(request({ headers: asBob })),
      message('users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope', 403),
    );
    await assert.rejects(
      handle(request({ headers: { 'impersonate-group': 'dev' } })),
      (error: unknown) => error instanceof StatusError && error.code === 400,
    );
  });
});

describe('limits', () => {
  it('answer 429 beyond the number of requests at once, but count no watch', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const handle = pipeline({ resources: (given) => promise.then(() => fine(given)) });
    const first = handle(request());
    await assert.rejects(handle(request()), message('Too many requests, please try again later.', 429));
    const watch = handle(request({ info: { ...info, verb: 'watch' } }));
    const write = handle(request({ info: { ...info, verb: 'create' } }));
    resolve();
    await Promise.all([first, watch, write]);
    await handle(request());
  });

  it('answer 504 when the deadline passes, and tell the work that it is over', async () => {
    const clock = new VirtualClock();
    let signal: AbortSignal | undefined;
    const handle = pipeline({
      clock,
      resources: (given) => {
        signal = given.signal;
        return new Promise(() => {});
      },
    });
    const refusal = assert.rejects(handle(request()), message('Timeout: request did not complete within the allotted timeout', 504));
    await clock.advance(61_000);
    await refusal;
    assert.equal(signal?.aborted, true);
  });
});

describe('failures', () => {
  it('are a 500 for the client, with the cause for the log', async () => {
    const handle = pipeline({ resources: () => Promise.reject(new Error('boom')) });
    await assert.rejects(handle(request()), message('Internal error occurred: boom', 500));
  });
});

describe('the in-process transport', () => {
  it('serves a client whose objects are those of the cache', async () => {
    const fixture = await openFixture();
    try {
      const client = new Client(
        createInProcessTransport({ handle: fixture.core.handle, random: seededRandom(3), user: alice, userAgent: 'controller' }),
      );
      const { signal } = fixture;
      const made = await client.create(configMap, { metadata: { namespace: 'a', name: 'one' }, data: { k: 'v' } }, { signal });
      const list = await client.list(configMap, { namespace: 'a', signal });
      assert.equal(list.kind, 'ConfigMapList');
      assert.equal(list.items[0], await client.get(configMap, { namespace: 'a', name: 'one' }, { signal }));
      const stop = new AbortController();
      const seen: string[] = [];
      const watch = client.watch(
        configMap,
        { namespace: 'a', resourceVersion: list.metadata.resourceVersion ?? '', signal: stop.signal },
        (events) => {
          seen.push(...events.map(({ type }) => type));
        },
      );
      await client.update(configMap, { ...made, data: { k: 'w' } }, { signal });
      await client.delete(configMap, { namespace: 'a', name: 'one' }, { signal });
      await fixture.clock.settle();
      stop.abort();
      await watch;
      assert.deepEqual(seen, ['MODIFIED', 'DELETED']);
      assert.equal(await client.find(configMap, { namespace: 'a', name: 'one' }, { signal }), undefined);
    } finally {
      await fixture.close();
    }
  });
});

describe('admission', () => {
  it('sees each operation, changes objects and refuses', async () => {
    const told: string[] = [];
    const admission = () => [
      {
        name: 'teller',
        handles: () => true,
        mutate({
          operation,
          object,
          name,
        }: {
          operation: string;
          object: { metadata: { labels?: Record<string, string> } } | undefined;
          name: string;
        }) {
          told.push(`${operation} ${name}`);
          if (object !== undefined) object.metadata.labels = { seen: 'yes' };
        },
        validate({ operation }: { operation: string }) {
          if (operation === 'DELETE') throw new StatusError({ code: 403, reason: 'Forbidden', message: 'no' });
        },
      },
    ];
    const fixture = await openFixture({ admission });
    try {
      const made = await fixture.create(configMap, 'a', 'one');
      assert.deepEqual(made.metadata.labels, { seen: 'yes' });
      await fixture.object('update', configMap, {
        namespace: 'a',
        name: 'one',
        body: { object: { ...made, metadata: { ...made.metadata, labels: {} } } },
      });
      await assert.rejects(fixture.call('delete', configMap, { namespace: 'a', name: 'one' }), message('no', 403));
      assert.deepEqual(told, ['CREATE one', 'UPDATE one', 'DELETE one']);
    } finally {
      await fixture.close();
    }
  });
});
