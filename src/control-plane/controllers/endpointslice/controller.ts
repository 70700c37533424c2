// EndpointSlice: keeps slices of the addresses behind each Service that selects Pods.

import { endpointSlice } from '../../../api/discovery/v1/endpoint-slice.ts';
import { node } from '../../../api/core/v1/node.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import { service as serviceKind } from '../../../api/core/v1/service.ts';
import type { Service } from '../../../api/core/v1/service.ts';
import { keyOf } from '../../../client/client.ts';
import { lookup } from '../../../machinery/schema.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { defineController, done, mapped, retry } from '../../../runtime/controller.ts';
import type { Outcome, ReconcileContext } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { podsSelectedBy, selectingServices } from '../../../runtime/workload/service-pods.ts';
import { isNamespaceTerminating } from '../../../runtime/workload/pod-control.ts';
import { CONTROLLER_NAME, MANAGED_BY_LABEL, plan, SERVICE_NAME_LABEL } from './plan.ts';
import type { SlicePlan } from './plan.ts';

export const endpointSliceController = defineController<Service>({
  name: 'endpoint-slice-controller',
  reconciles: serviceKind,
  watches: [
    mapped(pod, (change, { informers }) => selectingServices(change, informers)),
    mapped(endpointSlice, function* ({ object }) {
      const name = lookup(object.metadata.labels, SERVICE_NAME_LABEL);
      if (name !== undefined && lookup(object.metadata.labels, MANAGED_BY_LABEL) === CONTROLLER_NAME)
        yield cacheKey(object.metadata.namespace, name);
    }),
  ],
  reads: [node],
  async reconcile({ namespace = '', name }, context) {
    const { informers } = context;
    const service = informers.of(serviceKind).get(cacheKey(namespace, name));
    if (service === undefined || service.spec.type === 'ExternalName' || service.spec.selector === undefined) return done;
    const slices = [...informers.of(endpointSlice).inNamespace(namespace)].filter(({ metadata }) => {
      return (
        metadata.deletionTimestamp === undefined &&
        lookup(metadata.labels, SERVICE_NAME_LABEL) === name &&
        lookup(metadata.labels, MANAGED_BY_LABEL) === CONTROLLER_NAME
      );
    });
    const pods = podsSelectedBy(service, informers);
    return carryOut(service, plan({ service, pods, slices, node: (nodeName) => informers.of(node).get(nodeName) }), context);
  },
});

async function carryOut(
  service: Service,
  { create, update, remove, skipped }: SlicePlan,
  { client, events, signal }: ReconcileContext,
): Promise<Outcome> {
  const { namespace, name } = service.metadata;
  try {
    // A service that is going takes its slices with it.
    if (service.metadata.deletionTimestamp === undefined) for (const slice of create) await client.create(endpointSlice, slice, { signal });
    for (const slice of update) await client.update(endpointSlice, slice, { signal });
    for (const slice of remove) await client.delete(endpointSlice, keyOf(slice), { uid: slice.metadata.uid ?? '', signal });
  } catch (error) {
    if (isNamespaceTerminating(error)) return done;
    if (!isStatus(error, 'NotFound', 'Conflict') && isStatus(error)) {
      events.record(
        service,
        'Warning',
        'FailedToUpdateEndpointSlices',
        `Error updating Endpoint Slices for Service ${namespace}/${name}: ${error.message}`,
      );
    }
    return retry(error);
  }
  const [first] = skipped;
  if (first === undefined) return done;
  return retry(new Error(`skipping Pod ${first.metadata.name} for Service ${namespace}/${name}: Node ${first.spec.nodeName} Not Found`));
}
