// How an EndpointSlice is written: its labels count as its specification.

import { endpointSlice } from '../../../../api/discovery/v1/endpoint-slice.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import { resource } from '../resource.ts';

export const endpointSliceStrategy = resource(endpointSlice, {
  bumpsGeneration: ['addressType', 'endpoints', 'ports'],
  prepareForUpdate({ metadata }, old) {
    if (!semanticEqual(metadata.labels ?? {}, old.metadata.labels ?? {})) metadata.generation = Number(old.metadata.generation ?? 0) + 1;
  },
});
