// What the listener measures of requests, under upstream's names: counts, durations, sizes, how many are in flight, watch events.
//
// R1. Label values come from what is served: a path that names nothing served makes no series of its own.

import type { Clock } from '../../base/clock.ts';
import type { ApiRequest } from '../api-request.ts';
import { isLongRunning } from '../flow-control.ts';
import type { RegistrySnapshot } from '../registry.ts';
import { exponentialBuckets, Histogram, Numbers } from './metric.ts';
import type { Distribution, MetricRegistry, Value } from './metric.ts';

/** Told of one request while it is served. */
export interface RequestObservation {
  /** Watch events that were written. */
  events(count: number, sizeBytes: number): void;
  /** The answer is complete, or its client is gone. */
  done(code: number, sizeBytes: number): void;
}

/** Measures requests: the listener calls it for each. */
export interface RequestObserver {
  observe(request: ApiRequest): RequestObservation;
}

const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const SLI_DURATIONS = DURATIONS.slice(2);
const TARGET = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];
const VERBS: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  deletecollection: 'DELETECOLLECTION',
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  delete: 'DELETE',
  patch: 'PATCH',
};
const READS: ReadonlySet<string> = new Set(['GET', 'LIST', 'WATCH', 'HEAD']);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The series of one kind of request (M1 of metric.ts). */
interface Series {
  readonly totals: Map<number, Value>;
  total(code: number): Value;
  readonly duration: Distribution;
  readonly sliDuration: Distribution;
  readonly size: Distribution;
  readonly longRunning: Value;
  readonly inFlight: Value;
  readonly watchEvents: Value;
  readonly watchSizes: Distribution;
}

/** Counts requests in a registry. */
export class RequestMetrics implements RequestObserver {
  readonly #clock: Clock;
  readonly #snapshot: () => RegistrySnapshot;
  readonly #totals: Numbers;
  readonly #durations: Histogram;
  readonly #sliDurations: Histogram;
  readonly #sizes: Histogram;
  readonly #longRunning: Numbers;
  readonly #inFlight: Numbers;
  readonly #watchEvents: Numbers;
  readonly #watchSizes: Histogram;
  readonly #series = new Map<string, Series>();

  constructor(metrics: MetricRegistry, parts: { readonly clock: Clock; readonly snapshot: () => RegistrySnapshot }) {
    this.#clock = parts.clock;
    this.#snapshot = parts.snapshot;
    const labels = ['verb', 'dry_run', ...TARGET.slice(1)];
    this.#totals = metrics.add(
      new Numbers('counter', {
        name: 'apiserver_request_total',
        help: 'Requests answered, by what they asked for and how it ended.',
        labels: [...labels, 'code'],
      }),
    );
    this.#durations = metrics.add(
      new Histogram({
        name: 'apiserver_request_duration_seconds',
        help: 'Time from reading a request to the end of its answer.',
        labels,
        buckets: DURATIONS,
      }),
    );
    this.#sliDurations = metrics.add(
      new Histogram({
        name: 'apiserver_request_sli_duration_seconds',
        help: 'Time of requests that are not meant to last.',
        labels: TARGET,
        buckets: SLI_DURATIONS,
      }),
    );
    this.#sizes = metrics.add(
      new Histogram({
        name: 'apiserver_response_sizes',
        help: 'Bytes of answers.',
        labels: TARGET,
        buckets: exponentialBuckets(1000, 10, 7),
      }),
    );
    this.#longRunning = metrics.add(
      new Numbers('gauge', { name: 'apiserver_longrunning_requests', help: 'Watches and other requests that last.', labels: TARGET }),
    );
    this.#inFlight = metrics.add(
      new Numbers('gauge', {
        name: 'apiserver_current_inflight_requests',
        help: 'Requests being served that are not meant to last.',
        labels: ['request_kind'],
      }),
    );
    const kindLabels = ['group', 'version', 'resource'];
    this.#watchEvents = metrics.add(
      new Numbers('counter', { name: 'apiserver_watch_events_total', help: 'Events sent to watchers.', labels: kindLabels }),
    );
    this.#watchSizes = metrics.add(
      new Histogram({
        name: 'apiserver_watch_events_sizes',
        help: 'Bytes of events sent to watchers.',
        labels: kindLabels,
        buckets: exponentialBuckets(1024, 2, 8),
      }),
    );
    for (const kind of ['readOnly', 'mutating']) this.#inFlight.of(kind);
  }

  observe(request: ApiRequest): RequestObservation {
    const series = this.#seriesOf(request);
    const startMs = this.#clock.monotonicMs();
    const lasts = isLongRunning(request);
    const present = lasts ? series.longRunning : series.inFlight;
    present.value++;
    let open = true;
    return {
      events(count, sizeBytes) {
        series.watchEvents.value += count;
        for (let at = 0; at < count; at++) series.watchSizes.observe(sizeBytes / count);
      },
      done: (code, sizeBytes) => {
        if (!open) return;
        open = false;
        present.value--;
        const seconds = (this.#clock.monotonicMs() - startMs) / 1000;
        series.total(code).value++;
        series.duration.observe(seconds);
        if (!lasts) series.sliDuration.observe(seconds);
        if (!lasts && sizeBytes > 0) series.size.observe(sizeBytes);
      },
    };
  }

  #seriesOf(request: ApiRequest): Series {
    const { info, method } = request;
    const known = info.isResourceRequest && this.#snapshot().lookup(info.group, info.version, info.resource) !== undefined;
    const applies = info.verb === 'patch' && (request.headers['content-type'] ?? '').startsWith('application/apply-patch');
    const verb = known ? (applies ? 'APPLY' : (VERBS[info.verb] ?? 'OTHER')) : METHODS.has(method) ? method : 'OTHER';
    const scope = known ? (info.name !== '' || info.verb === 'create' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster') : '';
    const dryRun = known && request.query.has('dryRun') ? 'All' : '';
    const subresource = known ? info.subresource : '';
    const key = known ? `${verb} ${scope} ${dryRun} ${info.group}/${info.version}/${info.resource}/${subresource}` : verb;
    let series = this.#series.get(key);
    if (series === undefined) {
      const target = known
        ? [info.group, info.version, info.resource, this.#offered(request) ? subresource : '', scope]
        : ['', '', '', '', ''];
      this.#series.set(key, (series = this.#made(verb, dryRun, target)));
    }
    return series;
  }

  /** Whether the subresource is one that exists (R1). */
  #offered({ info }: ApiRequest): boolean {
    const served = this.#snapshot().lookup(info.group, info.version, info.resource);
    return Object.hasOwn(served?.entry.strategy.subresources ?? {}, info.subresource);
  }

  #made(verb: string, dryRun: string, target: readonly string[]): Series {
    const [group = '', version = '', resource = ''] = target;
    const plain = [verb, ...target, 'apiserver'];
    const withDryRun = [verb, dryRun, ...target, 'apiserver'];
    const totals = new Map<number, Value>();
    return {
      totals,
      total: (code) => {
        let value = totals.get(code);
        if (value === undefined) totals.set(code, (value = this.#totals.of(...withDryRun, String(code))));
        return value;
      },
      duration: this.#durations.of(...withDryRun),
      sliDuration: this.#sliDurations.of(...plain),
      size: this.#sizes.of(...plain),
      longRunning: this.#longRunning.of(...plain),
      inFlight: this.#inFlight.of(READS.has(verb) ? 'readOnly' : 'mutating'),
      watchEvents: this.#watchEvents.of(group, version, resource),
      watchSizes: this.#watchSizes.of(group, version, resource),
    };
  }
}
