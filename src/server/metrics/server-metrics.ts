// Everything that an API server measures, and the endpoint that shows it.

import type { Clock } from '../../base/clock.ts';
import type { Endpoint } from '../endpoints/non-resource.ts';
import type { VersionInfo } from '../endpoints/version.ts';
import type { RegistrySnapshot } from '../registry.ts';
import { MetricRegistry, Numbers, Read } from './metric.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { RequestMetrics } from './request-metrics.ts';

export interface ServerMetricsOptions {
  readonly clock: Clock;
  readonly snapshot: () => RegistrySnapshot;
  readonly version: VersionInfo;
}

export interface ServerMetrics {
  readonly registry: MetricRegistry;
  /** For the listener. */
  readonly requests: RequestMetrics;
}

/** The metrics of one server. */
export function createServerMetrics({ clock, snapshot, version }: ServerMetricsOptions): ServerMetrics {
  const registry = new MetricRegistry();
  addProcessMetrics(registry, clock);
  addStorageMetrics(registry, snapshot);
  const labels = ['major', 'minor', 'git_version', 'git_commit', 'git_tree_state', 'build_date', 'go_version', 'compiler', 'platform'];
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = version;
  registry
    .add(new Numbers('gauge', { name: 'kubernetes_build_info', help: 'Which version this is.', labels }))
    .of(...[major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform]).value = 1;
  return { registry, requests: new RequestMetrics(registry, { clock, snapshot }) };
}

function addStorageMetrics(registry: MetricRegistry, snapshot: () => RegistrySnapshot): void {
  const stored = () =>
    snapshot().entries.flatMap(({ cache, definition }) => (cache === undefined ? [] : [{ size: cache.size, definition }]));
  registry.add(
    new Read('gauge', { name: 'apiserver_storage_objects', help: 'Objects stored, by resource.', labels: ['resource'] }, () =>
      stored().map(({ size, definition }) => [[definition.id], size] as const),
    ),
  );
  registry.add(
    new Read(
      'gauge',
      { name: 'apiserver_resource_objects', help: 'Objects stored, by group and resource.', labels: ['group', 'resource'] },
      () => stored().map(({ size, definition: { hub } }) => [[hub.group, hub.plural], size] as const),
    ),
  );
}

/** `/metrics`. */
export function metricsEndpoint(registry: MetricRegistry): Endpoint {
  return {
    path: '/metrics',
    handle: () => ({
      status: 200,
      body: { kind: 'bytes', contentType: 'text/plain; version=0.0.4; charset=utf-8', bytes: Buffer.from(registry.print()) },
    }),
  };
}
