// EndpointSlice mirroring: hand-made Endpoints of Services without a selector appear as slices too.

import { endpointSlice } from '../../../api/discovery/v1/endpoint-slice.ts';
import { endpoints as endpointsKind } from '../../../api/core/v1/endpoints.ts';
import type { Endpoints } from '../../../api/core/v1/endpoints.ts';
import { service as serviceKind } from '../../../api/core/v1/service.ts';
import { keyOf } from '../../../client/client.ts';
import { lookup } from '../../../machinery/schema.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { defineController, done, mapped } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { isNamespaceTerminating } from '../../../runtime/workload/pod-control.ts';
import { CONTROLLER_NAME, isMirrored, MANAGED_BY_LABEL, plan, SERVICE_NAME_LABEL } from './plan.ts';

export const endpointSliceMirroringController = defineController<Endpoints>({
  name: 'endpoint-slice-mirroring-controller',
  reconciles: endpointsKind,
  watches: [
    mapped(serviceKind, ({ object }) => [cacheKey(object.metadata.namespace, object.metadata.name ?? '')]),
    mapped(endpointSlice, function* ({ object }) {
      const name = lookup(object.metadata.labels, SERVICE_NAME_LABEL);
      if (name !== undefined && lookup(object.metadata.labels, MANAGED_BY_LABEL) === CONTROLLER_NAME)
        yield cacheKey(object.metadata.namespace, name);
    }),
  ],
  async reconcile({ namespace = '', name }, { informers, client, signal }) {
    const key = cacheKey(namespace, name);
    const endpoints = informers.of(endpointsKind).get(key);
    const service = informers.of(serviceKind).get(key);
    const slices = [...informers.of(endpointSlice).inNamespace(namespace)].filter(({ metadata }) => {
      return (
        metadata.deletionTimestamp === undefined &&
        lookup(metadata.labels, SERVICE_NAME_LABEL) === name &&
        lookup(metadata.labels, MANAGED_BY_LABEL) === CONTROLLER_NAME
      );
    });
    const mirrors = endpoints !== undefined && isMirrored(endpoints) && service !== undefined && service.spec.selector === undefined;
    const { create, update, remove } = mirrors ? plan(endpoints, slices) : { create: [], update: [], remove: slices };
    try {
      for (const slice of create) await client.create(endpointSlice, slice, { signal });
      for (const slice of update) await client.update(endpointSlice, slice, { signal });
      for (const slice of remove) await client.delete(endpointSlice, keyOf(slice), { uid: slice.metadata.uid ?? '', signal });
    } catch (error) {
      if (!isNamespaceTerminating(error) && !isStatus(error, 'NotFound')) throw error;
    }
    return done;
  },
});
