import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { openFront } from '../http/front-fixture.ts';
import type { Endpoint } from '../endpoints/non-resource.ts';
import { openMemoryStore } from '../../store/memory.ts';
import { exponentialBuckets, Histogram, MetricRegistry, Numbers } from './metric.ts';
import { createServerMetrics, metricsEndpoint } from './server-metrics.ts';
import type { ServerMetrics } from './server-metrics.ts';
import { measuredStore } from './store-metrics.ts';

const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: '',
};

it('metrics are printed by name, with their labels escaped', () => {
  const registry = new MetricRegistry();
  registry.add(new Numbers('gauge', { name: 'b', help: 'What b is.', labels: ['x', 'y'] })).of('a"\\\n', '').value = 1.5;
  const histogram = registry.add(new Histogram({ name: 'a', help: 'What a is.', buckets: exponentialBuckets(1, 10, 2) }));
  for (const value of [0.5, 1, 5, 500]) histogram.of().observe(value);
  assert.deepEqual(registry.print().split('\n'), [
    '# HELP a What a is.',
    '# TYPE a histogram',
    'a_bucket{le="1"} 2',
    'a_bucket{le="10"} 3',
    'a_bucket{le="+Inf"} 4',
    'a_sum 506.5',
    'a_count 4',
    '# HELP b What b is.',
    '# TYPE b gauge',
    'b{x="a\\"\\\\\\n",y=""} 1.5',
    '',
  ]);
  assert.throws(() => registry.add(new Numbers('counter', { name: 'a', help: '' })));
});

it('requests are counted by what they ask for and how they end', async () => {
  const late: { metrics?: ServerMetrics } = {};
  const endpoint: Endpoint = {
    path: '/metrics',
    handle: (request) => (late.metrics === undefined ? undefined : metricsEndpoint(late.metrics.registry).handle(request)),
  };
  const front = await openFront({
    endpoints: [endpoint],
    observer: (fixture) =>
      (late.metrics = createServerMetrics({ clock: systemClock, snapshot: () => fixture.core.registry.current, version: VERSION }))
        .requests,
  });
  try {
    const maps = '/api/v1/namespaces/default/configmaps';
    await front.call('HTTP/2', 'POST', maps, { body: { metadata: { name: 'a' } } });
    for (let at = 0; at < 3; at++) await front.call('HTTP/1.1', 'GET', `${maps}/a`);
    await front.call('HTTP/1.1', 'GET', `${maps}/nobody`);
    await front.call('HTTP/1.1', 'GET', maps);
    for (const path of ['/nowhere', '/apis/a.b/v1/things', '/apis/a.b/v1/others']) await front.call('HTTP/2', 'GET', path);
    const watch = await front.open('HTTP/1.1', 'GET', `${maps}?watch=1`);
    await new Promise<void>((resolve) => watch.stream.once('data', () => resolve()));
    const { headers, text } = await front.call('HTTP/2', 'GET', '/metrics');
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    const target = 'group="",version="v1",resource="configmaps",subresource=""';
    for (const line of [
      `apiserver_request_total{verb="POST",dry_run="",${target},scope="resource",component="apiserver",code="201"} 1`,
      `apiserver_request_total{verb="GET",dry_run="",${target},scope="resource",component="apiserver",code="200"} 3`,
      `apiserver_request_total{verb="GET",dry_run="",${target},scope="resource",component="apiserver",code="404"} 1`,
      `apiserver_request_total{verb="LIST",dry_run="",${target},scope="namespace",component="apiserver",code="200"} 1`,
      'apiserver_request_total{verb="GET",dry_run="",group="",version="",resource="",subresource="",scope="",component="apiserver",code="404"} 3',
      `apiserver_request_duration_seconds_count{verb="GET",dry_run="",${target},scope="resource",component="apiserver"} 4`,
      `apiserver_longrunning_requests{verb="WATCH",${target},scope="namespace",component="apiserver"} 1`,
      'apiserver_current_inflight_requests{request_kind="readOnly"} 1',
      'apiserver_current_inflight_requests{request_kind="mutating"} 0',
      'apiserver_watch_events_total{group="",version="v1",resource="configmaps"} 1',
      'apiserver_storage_objects{resource="configmaps"} 1',
      'apiserver_storage_objects{resource="widgets.toys.test"} 0',
      'apiserver_resource_objects{group="toys.test",resource="gadgets"} 0',
    ])
      assert.ok(
        text.includes(`${line}\n`),
        `${line} in\n${text
          .split('\n')
          .filter((each) => each.startsWith(line.split('{')[0] ?? ''))
          .join('\n')}`,
      );
    assert.match(text, /^process_resident_memory_bytes [1-9]\d+$/m);
    assert.match(text, /^kubernetes_build_info\{major="1",minor="36",git_version="v1\.36\.3"/m);
    for (const line of text.trimEnd().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\]|\\.)*",?)*\})? [-+.\deInfNa]+)$/);
    watch.stream.on('error', () => watch.stream.destroy());
    watch.destroy();
  } finally {
    await front.close();
  }
});

it('a measured store counts its calls, and behaves as before', async () => {
  const registry = new MetricRegistry();
  const store = measuredStore(openMemoryStore({ clock: systemClock }), systemClock, registry);
  const { revision } = await store.commit({ key: '/registry/pods/default/a', value: new Uint8Array(1), expected: 'absent' });
  await store.commit({ key: '/registry/pods/default/a', delete: true, expected: revision ?? 0 });
  await store.get('/registry/toys.test/widgets/a');
  await store.close();
  const text = registry.print();
  for (const line of [
    'etcd_requests_total{operation="create",group="",resource="pods"} 1',
    'etcd_requests_total{operation="delete",group="",resource="pods"} 1',
    'etcd_request_duration_seconds_count{operation="get",group="toys.test",resource="widgets"} 1',
  ])
    assert.ok(text.includes(`${line}\n`), `${line} in ${text}`);
});
