// How Endpoints are written: as they come. Addresses that are spelled badly are warned of.

import { endpoints } from '../../../../api/core/v1/endpoints.ts';
import type { Endpoints } from '../../../../api/core/v1/endpoints.ts';
import { FieldPath } from '../../../../machinery/field-path.ts';
import { ipWarnings } from '../../../../machinery/formats/ip.ts';
import { lookup } from '../../../../machinery/schema.ts';
import { resource } from '../resource.ts';

function warningsOf({ metadata, subsets }: Endpoints): string[] {
  // The controller's own Endpoints are well spelled, and many.
  if (lookup(metadata.labels, 'endpoints.kubernetes.io/managed-by') === 'endpoint-controller') return [];
  const warnings: string[] = [];
  const at = FieldPath.root.child('subsets');
  for (const [index, subset] of (subsets ?? []).entries()) {
    for (const list of ['addresses', 'notReadyAddresses'] as const) {
      for (const [place, { ip }] of (subset[list] ?? []).entries())
        warnings.push(...ipWarnings(at.index(index).child(list).index(place).child('ip'), ip));
    }
  }
  return warnings;
}

export const endpointsStrategy = resource(endpoints, { allowsCreateOnUpdate: true, warnings: (next) => warningsOf(next) });
