// An IPAddress for each address that a Service has, and none for those that nobody has any more.

import { service } from '../../../api/core/v1/service.ts';
import type { Service } from '../../../api/core/v1/service.ts';
import { ipAddress } from '../../../api/networking/v1/ip-address.ts';
import type { IPAddress } from '../../../api/networking/v1/ip-address.ts';
import type { Kind } from '../../../machinery/kind.ts';
import { lookup } from '../../../machinery/schema.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { addressesOf } from '../allocators/service-fields.ts';
import { familyOf } from '../allocators/service-families.ts';
import { ensure } from './ensure.ts';
import type { ChangeLoop } from './on-change.ts';

const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const FAMILY = 'ipaddress.kubernetes.io/ip-family';
const ALLOCATOR = 'ipallocator.k8s.io';

export interface AddressPlan {
  readonly create: readonly { readonly address: string; readonly namespace: string; readonly name: string }[];
  readonly remove: readonly IPAddress[];
}

/** What is missing, and what is left over. Addresses that users made themselves stay. */
export function planAddresses(services: readonly Service[], addresses: readonly IPAddress[]): AddressPlan {
  const owners = new Map(services.flatMap((each) => addressesOf(each).map((address) => [address, each.metadata] as const)));
  const present = new Map(addresses.map((each) => [each.metadata.name ?? '', each]));
  const create = [...owners].flatMap(([address, { namespace = '', name = '' }]) =>
    present.has(address) ? [] : [{ address, namespace, name }],
  );
  const remove = addresses.filter(({ metadata, spec }) => {
    if (lookup(metadata.labels, MANAGED_BY) !== ALLOCATOR) return false;
    const owner = owners.get(metadata.name ?? '');
    return owner === undefined || owner.name !== spec.parentRef?.name || owner.namespace !== spec.parentRef?.namespace;
  });
  return { create, remove };
}

export const serviceAddresses: ChangeLoop = {
  name: 'service-addresses',
  kinds: [service as Kind],
  everyMs: 600_000,
  async run(context) {
    const { client, lookups, signal } = context;
    const { create, remove } = planAddresses(lookups.cachedList(service), lookups.cachedList(ipAddress));
    for (const { metadata } of remove) {
      try {
        await client.delete(ipAddress as Kind, { name: metadata.name ?? '' }, { signal });
      } catch (error) {
        if (!isStatus(error, 'NotFound')) throw error;
      }
    }
    await Promise.all(
      create.map(({ address, namespace, name }) => {
        const labels = { [FAMILY]: familyOf(address), [MANAGED_BY]: ALLOCATOR };
        return ensure(context, ipAddress, {
          metadata: { name: address, labels },
          spec: { parentRef: { resource: 'services', namespace, name } },
        });
      }),
    );
  },
};
