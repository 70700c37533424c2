// How a Service is written: addresses and ports are allocated, and a change of type drops what the new type has no use for.

import { service } from '../../../../api/core/v1/service.ts';
import type { ActionSubresource, Strategy } from '../../../../server/strategy.ts';
import type { ServiceAllocator } from '../../allocators/service-allocator.ts';
import { dropForType } from '../../allocators/service-normalization.ts';
import { resource, statusOnly } from '../resource.ts';

export const serviceStrategy = (allocator: ServiceAllocator, proxy: ActionSubresource): Strategy =>
  resource(service, {
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    resetOnCreate: ['status'],
    resetOnUpdate: ['status'],
    allowsCreateOnUpdate: true,
    returnsDeletedObject: true,
    begin: (draft, old, context) => allocator.begin(draft, old, context),
    prepareForUpdate: dropForType,
    subresources: { status: statusOnly(), proxy },
  });
