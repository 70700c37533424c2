// The Service `kubernetes` in `default`: how clients in the cluster reach this server.

import { endpoints } from '../../../api/core/v1/endpoints.ts';
import { service } from '../../../api/core/v1/service.ts';
import { endpointSlice } from '../../../api/discovery/v1/endpoint-slice.ts';
import { draftOf } from '../../../machinery/draft.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import type { Kind } from '../../../machinery/kind.ts';
import { familyOf } from '../allocators/service-families.ts';
import { ensure } from './ensure.ts';
import type { ChangeLoop } from './on-change.ts';
import type { LoopContext } from './parts.ts';

const KEY = { namespace: 'default', name: 'kubernetes' };
const EVERY_MS = 10_000;

export interface Advertised {
  readonly address: string;
  readonly port: number;
}

async function ensureService(context: LoopContext, clusterIP: string, { port: targetPort }: Advertised): Promise<void> {
  const metadata = { ...KEY, labels: { component: 'apiserver', provider: 'kubernetes' } };
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort }];
  const created = await ensure(context, service, { metadata, spec: { type: 'ClusterIP', clusterIP, ports, sessionAffinity: 'None' } });
  const present = created ? undefined : context.lookups.cached(service, KEY.namespace, KEY.name);
  if (present === undefined || present.spec.ports?.[0]?.targetPort === targetPort) return;
  await context.client.update(service, { ...present, spec: { ...present.spec, ports } }, context);
}

async function ensureEndpoints(context: LoopContext, { address: ip, port }: Advertised): Promise<void> {
  const { client, lookups, signal } = context;
  const metadata = { ...KEY, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } };
  const subsets = [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }];
  if (await ensure(context, endpoints, { metadata, subsets })) return;
  const present = lookups.cached(endpoints, KEY.namespace, KEY.name);
  if (present === undefined || semanticEqual(present.subsets, subsets)) return;
  await client.update(endpoints, { ...draftOf(present), subsets } as typeof present, { signal });
}

async function ensureSlice(context: LoopContext, { address, port }: Advertised): Promise<void> {
  const { client, lookups, signal } = context;
  const metadata = { ...KEY, labels: { 'kubernetes.io/service-name': KEY.name } };
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const addresses = [{ addresses: [address], conditions: { ready: true } }];
  if (await ensure(context, endpointSlice, { metadata, addressType: familyOf(address), endpoints: addresses, ports })) return;
  const present = lookups.cached(endpointSlice, KEY.namespace, KEY.name);
  if (present === undefined || (semanticEqual(present.endpoints, addresses) && semanticEqual(present.ports, ports))) return;
  await client.update(endpointSlice, { ...draftOf(present), endpoints: addresses, ports } as typeof present, { signal });
}

/** Nobody else reaches a server that is bound to loopback, and no Endpoints may say so. */
const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** `clusterIP` is the first address of the Service range. Nothing happens before there is a port to tell of. */
export const kubernetesService = (clusterIP: string, advertised: () => Advertised, done: () => void): ChangeLoop => ({
  name: 'kubernetes-service',
  kinds: [] satisfies readonly Kind[],
  everyMs: EVERY_MS,
  async run(context) {
    const at = advertised();
    if (at.port !== 0) {
      await ensureService(context, clusterIP, at);
      if (!isLoopback(at.address)) await Promise.all([ensureEndpoints(context, at), ensureSlice(context, at)]);
    }
    done();
  },
});
