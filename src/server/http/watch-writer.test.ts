import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { configMap } from '../../api/core/v1/config-map.ts';
import { decodeKind, decodeWatchEvent, FrameReader, openEnvelope } from '../../machinery/codec/envelope.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { openFront, PROTOCOLS } from './front-fixture.ts';
import type { Front } from './front-fixture.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

interface Line {
  readonly type: string;
  readonly object: KubeObject & {
    readonly code?: number;
    readonly columnDefinitions?: readonly unknown[] | null;
    readonly rows?: readonly { readonly cells: readonly unknown[] }[];
  };
}

/** Reads lines of a stream, one at a time. */
function linesOf(stream: Readable): { next(): Promise<Line | undefined> } {
  const iterator = (async function* lines(): AsyncGenerator<Line> {
    let rest = '';
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      rest += chunk.toString('utf8');
      const found = rest.split('\n');
      rest = found.pop() ?? '';
      for (const line of found) yield JSON.parse(line) as Line;
    }
    assert.equal(rest, '', 'a watch ends with a whole line');
  })();
  return {
    async next() {
      const { value, done } = await iterator.next();
      return done === true ? undefined : (value as Line);
    },
  };
}

/** Waits, over turns of the loop, until something holds. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.fail(what);
}

for (const protocol of PROTOCOLS) {
  describe(`watches over ${protocol}`, () => {
    let front: Front;
    let open = 0;
    beforeEach(async () => {
      open = 0;
      front = await openFront({
        core: { ringSize: 64 },
        around: (handle) => async (request) => {
          const answer = await handle(request);
          const { body } = answer;
          if (body.kind !== 'watch') return answer;
          const start: typeof body.start = (sink, onEnd) => {
            open++;
            let counted = true;
            const ended = (): void => {
              if (counted) open--;
              counted = false;
            };
            const stop = body.start(sink, () => {
              ended();
              onEnd();
            });
            return () => {
              ended();
              stop();
            };
          };
          return { ...answer, body: { ...body, start } };
        },
      });
    });
    afterEach(() => front.close());
    const make = (name: string, data: object = {}): Promise<KubeObject> => front.fixture.create(configMap, 'default', name, { data });

    it('stand at once, and send each event as a line of JSON', async () => {
      const { status, headers, stream } = await front.open(protocol, 'GET', `${MAPS}?watch=1`);
      assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
      const lines = linesOf(stream);
      await make('a');
      const added = await lines.next();
      assert.deepEqual([added?.type, added?.object.kind, added?.object.metadata.name], ['ADDED', 'ConfigMap', 'a']);
      await front.fixture.object('patch', configMap, {
        namespace: 'default',
        name: 'a',
        body: { object: { data: { k: 'v' } }, contentType: 'application/merge-patch+json' },
      });
      assert.equal((await lines.next())?.type, 'MODIFIED');
      await front.fixture.call('delete', configMap, { namespace: 'default', name: 'a' });
      assert.equal((await lines.next())?.type, 'DELETED');
    });

    it('send protobuf as frames', async () => {
      await make('a', { key: 'é' });
      const { headers, stream } = await front.open(protocol, 'GET', `${MAPS}?watch=true`, {
        headers: { accept: `${PROTOBUF},application/json` },
      });
      assert.equal(headers['content-type'], `${PROTOBUF};stream=watch`);
      const reader = new FrameReader();
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        const [frame] = reader.push(chunk);
        if (frame === undefined) continue;
        const event = decodeWatchEvent(frame);
        const envelope = openEnvelope(event.object);
        assert.deepEqual([event.type, envelope?.kind], ['ADDED', 'ConfigMap']);
        const object = decodeKind(configMap, envelope?.raw ?? new Uint8Array()) as KubeObject & { data: object };
        assert.deepEqual(object.data, { key: 'é' });
        break;
      }
    });

    it('print Tables, the columns with the first row only', async () => {
      await make('a');
      await make('b');
      const { stream } = await front.open(protocol, 'GET', `${MAPS}?watch=1`, {
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
      });
      const lines = linesOf(stream);
      const first = await lines.next();
      assert.equal(first?.object.kind, 'Table');
      assert.ok((first?.object.columnDefinitions ?? []).length > 0);
      assert.equal(first?.object.rows?.[0]?.cells[0], 'a');
      const second = await lines.next();
      assert.equal(second?.object.columnDefinitions, null);
      assert.equal(second?.object.rows?.[0]?.cells[0], 'b');
    });

    it('mark the end of the initial objects, and go on with metadata alone where asked', async () => {
      await make('a');
      const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
      const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
      const { stream } = await front.open(protocol, 'GET', `${MAPS}?${query}`, { headers: { accept } });
      const lines = linesOf(stream);
      assert.equal((await lines.next())?.object.kind, 'PartialObjectMetadata');
      const mark = await lines.next();
      assert.deepEqual([mark?.type, mark?.object.metadata.annotations], ['BOOKMARK', { 'k8s.io/initial-events-end': 'true' }]);
      await make('b');
      assert.equal((await lines.next())?.object.metadata.name, 'b');
    });

    it('tell in the stream of a revision that is gone, and end', async () => {
      await make('a');
      const { metadata } = await make('b');
      await front.fixture.store.compact(Number(metadata.resourceVersion));
      // The ring reaches back as well: it is turned once.
      for (let at = 0; at < 70; at++) await make(`more-${at}`);
      await front.fixture.store.compact(Number((await make('last')).metadata.resourceVersion));
      const { status, stream } = await front.open(protocol, 'GET', `${MAPS}?watch=1&resourceVersion=1`);
      assert.equal(status, 200);
      const lines = linesOf(stream);
      const error = await lines.next();
      assert.deepEqual([error?.type, error?.object.kind, error?.object.code], ['ERROR', 'Status', 410]);
      assert.equal(await lines.next(), undefined);
    });

    it('tell in the stream of a revision that does not come', async () => {
      let answered = false;
      const answer = front
        .call(protocol, 'GET', `${MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=1000000`)
        .finally(() => (answered = true));
      while (!answered) {
        await front.fixture.clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { status, json } = await answer;
      const error = json<Line>();
      assert.deepEqual([status, error.type, error.object.code], [200, 'ERROR', 504]);
    });

    it('end when their time is up', async () => {
      const { stream } = await front.open(protocol, 'GET', `${MAPS}?watch=1&timeoutSeconds=5`);
      const lines = linesOf(stream);
      await until(() => open === 1, 'the watch began');
      await front.fixture.clock.advance(5000);
      assert.equal(await lines.next(), undefined);
    });

    it('let go of everything when their client goes away', async () => {
      for (let at = 0; at < 5; at++) {
        const opened = await front.open(protocol, 'GET', `${MAPS}?watch=1`);
        opened.stream.on('error', () => opened.stream.destroy());
        await until(() => open === 1, 'the watch began');
        opened.destroy();
        await until(() => open === 0, 'the watch ended with its client');
      }
    });

    it('are ended when they fall too far behind, and buffer nothing meanwhile', async () => {
      const opened = await front.open(protocol, 'GET', `${MAPS}?watch=1`);
      opened.stream.on('error', () => opened.stream.destroy());
      opened.stream.pause();
      await until(() => open === 1, 'the watch began');
      const data = { text: 'z'.repeat(500_000) };
      for (let at = 0; at < 100; at++) {
        await make(`large-${at}`, data);
        if (open === 0) break;
      }
      await until(() => open === 0, 'a reader that does not read is ended');
    });
  });
}
