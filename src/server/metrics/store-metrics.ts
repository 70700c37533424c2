// Measures what the server asks of its store, under the names that upstream gives to its calls of etcd.

import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import { Histogram, Numbers } from './metric.ts';
import type { MetricRegistry } from './metric.ts';

const BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const LABELS = ['operation', 'group', 'resource'];

/** The group and resource that a key is about (`/registry/apps/…` names none: then its first part). */
function resourceOf(key: string): readonly [group: string, resource: string] {
  const [, , first = '', second = ''] = key.split('/', 4);
  return first.includes('.') ? [first, second] : ['', first];
}

/** The same store, measured. */
export function measuredStore<S extends Store>(store: S, clock: Clock, metrics: MetricRegistry): S {
  const total = metrics.add(new Numbers('counter', { name: 'etcd_requests_total', help: 'Calls of the store.', labels: LABELS }));
  const duration = metrics.add(
    new Histogram({ name: 'etcd_request_duration_seconds', help: 'Time that calls of the store took.', labels: LABELS, buckets: BUCKETS }),
  );
  const errors = metrics.add(
    new Numbers('counter', { name: 'etcd_request_errors_total', help: 'Calls of the store that failed.', labels: LABELS }),
  );
  const measure = async <T>(operation: string, key: string, call: () => Promise<T>): Promise<T> => {
    const [group, resource] = resourceOf(key);
    const startMs = clock.monotonicMs();
    total.of(operation, group, resource).value++;
    try {
      return await call();
    } catch (error) {
      errors.of(operation, group, resource).value++;
      throw error;
    } finally {
      duration.of(operation, group, resource).observe((clock.monotonicMs() - startMs) / 1000);
    }
  };
  const measured: Pick<Store, 'get' | 'list' | 'commit'> = {
    get: (key, options) => measure('get', key, () => store.get(key, options)),
    list: (range, options) => measure('list', typeof range === 'string' ? range : '', () => store.list(range, options)),
    commit: (request) =>
      measure(request.delete === true ? 'delete' : request.expected === 'absent' ? 'create' : 'update', request.key, () =>
        store.commit(request),
      ),
  };
  // Methods by name: they are read at every call.
  const methods = new Map<string | symbol, unknown>(Object.entries(measured));
  return new Proxy(store, {
    get(target, property) {
      const known = methods.get(property);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const bound: unknown = value.bind(target);
      methods.set(property, bound);
      return bound;
    },
  });
}
