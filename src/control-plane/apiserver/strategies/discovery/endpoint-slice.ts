// How an EndpointSlice is written: its labels count as its specification, and the topology of older versions is not taken from clients.

import { endpointSlice } from '../../../../api/discovery/v1/endpoint-slice.ts';
import type { EndpointSlice } from '../../../../api/discovery/v1/endpoint-slice.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import { checkDns1123Subdomain } from '../../../../machinery/formats/dns.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { lookup } from '../../../../machinery/schema.ts';
import { resource } from '../resource.ts';

const HOSTNAME_LABEL = 'kubernetes.io/hostname';

/** Older versions kept the node's name in the topology: one that was there before moves to its own field. */
function dropTopology({ endpoints }: Draft<EndpointSlice>, old: EndpointSlice | undefined): void {
  const before = new Set(old?.endpoints.map(({ deprecatedTopology }) => lookup(deprecatedTopology, HOSTNAME_LABEL)));
  for (const endpoint of endpoints) {
    const host = lookup(endpoint.deprecatedTopology, HOSTNAME_LABEL);
    if (endpoint.nodeName === undefined && host !== undefined && before.has(host) && checkDns1123Subdomain(host).length === 0)
      endpoint.nodeName = host;
    delete endpoint.deprecatedTopology;
  }
}

export const endpointSliceStrategy = resource(endpointSlice, {
  bumpsGeneration: ['addressType', 'endpoints', 'ports'],
  prepareForCreate: (draft) => dropTopology(draft, undefined),
  prepareForUpdate(draft, old) {
    const { metadata } = draft;
    if (!semanticEqual(metadata.labels ?? {}, old.metadata.labels ?? {})) metadata.generation = Number(old.metadata.generation ?? 0) + 1;
    if (!semanticEqual(draft.endpoints, old.endpoints)) dropTopology(draft, old);
  },
});
