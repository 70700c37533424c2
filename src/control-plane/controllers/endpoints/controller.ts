// Endpoints: keeps one object with the addresses behind each Service that selects Pods.

import { endpoints as endpointsKind } from '../../../api/core/v1/endpoints.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { service as serviceKind } from '../../../api/core/v1/service.ts';
import type { Service } from '../../../api/core/v1/service.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { defineController, done, mapped, retry } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { isNamespaceTerminating } from '../../../runtime/workload/pod-control.ts';
import { podsSelectedBy, selectingServices } from '../../../runtime/workload/service-pods.ts';
import { plan } from './plan.ts';

export const endpointsController = defineController<Service>({
  name: 'endpoint-controller',
  reconciles: serviceKind,
  watches: [
    mapped(pod, (change, { informers }) => selectingServices(change, informers)),
    mapped(endpointsKind, ({ object }) => [cacheKey(object.metadata.namespace, object.metadata.name ?? '')]),
  ],
  async reconcile({ namespace = '', name }, { informers, client, events, signal }) {
    const key = cacheKey(namespace, name);
    const service = informers.of(serviceKind).get(key);
    const present = informers.of(endpointsKind).get(key);
    if (service === undefined) {
      // Endpoints that somebody made for no Service are left alone: only what this controller labelled goes with its Service.
      if (present?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] !== 'endpoint-controller') return done;
      try {
        await client.delete(endpointsKind, { namespace, name }, { uid: present.metadata.uid ?? '', signal });
      } catch (error) {
        if (!isStatus(error, 'NotFound')) throw error;
      }
      return done;
    }
    if (service.spec.type === 'ExternalName' || service.spec.selector === undefined || service.metadata.deletionTimestamp !== undefined)
      return done;
    const next = plan(service, podsSelectedBy(service, informers), present);
    if (next === undefined) return done;
    try {
      if (present === undefined) await client.create(endpointsKind, next, { signal });
      else await client.update(endpointsKind, next, { signal });
    } catch (error) {
      if (isNamespaceTerminating(error)) return done;
      if (!isStatus(error, 'Conflict', 'AlreadyExists', 'NotFound') && isStatus(error)) {
        if (present === undefined)
          events.record(
            next,
            'Warning',
            'FailedToCreateEndpoint',
            `Failed to create endpoint for service ${namespace}/${name}: ${error.message}`,
          );
        else events.record(next, 'Warning', 'FailedToUpdateEndpoint', `Failed to update endpoint ${namespace}/${name}: ${error.message}`);
      }
      return retry(error);
    }
    return done;
  },
});
