// Checks of ResourceClaims: requests that name a class, and a spec that stays. Selectors are not compiled here.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { duplicate, invalid, notSupported, required, tooMany } from '../../../machinery/problem.ts';
import { complaints, positive } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { DeviceRequest, ResourceClaimSpec } from './resource-claim.ts';

const MOST_REQUESTS = 32;
const MODES = ['All', 'ExactCount'];

interface RequestedDevices {
  readonly deviceClassName: string;
  readonly allocationMode?: string | undefined;
  readonly count?: number | bigint | undefined;
}

/** Checks what a claim asks for, or that it stays. */
export function* validateClaimSpec(spec: ResourceClaimSpec, old: ResourceClaimSpec | undefined, at: FieldPath): Problems {
  if (old !== undefined) {
    if (!semanticEqual(spec, old)) yield invalid(at, spec, 'field is immutable');
    return;
  }
  const { requests } = spec.devices;
  const here = at.child('devices', 'requests');
  if (requests.length > MOST_REQUESTS) yield tooMany(here, requests.length, MOST_REQUESTS);
  for (const [index, request] of requests.entries()) {
    yield* validateRequest(request, here.index(index));
    if (requests.findIndex(({ name }) => name === request.name) < index) yield duplicate(here.index(index), request.name);
  }
}

function* validateRequest({ name, exactly, firstAvailable = [] }: DeviceRequest, at: FieldPath): Problems {
  if (name === '') yield required(at.child('name'));
  else yield* complaints(at.child('name'), name, checkDns1123Label(name));
  if (exactly === undefined && firstAvailable.length === 0) yield required(at, 'exactly one of `exactly` or `firstAvailable` is required');
  if (exactly !== undefined && firstAvailable.length > 0)
    yield invalid(at, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set');
  if (exactly !== undefined) yield* validateDevices(exactly, at.child('exactly'));
  for (const [index, each] of firstAvailable.entries()) yield* validateDevices(each, at.child('firstAvailable').index(index));
}

function* validateDevices({ deviceClassName, allocationMode = '', count = 0 }: RequestedDevices, at: FieldPath): Problems {
  if (deviceClassName === '') yield required(at.child('deviceClassName'));
  else yield* complaints(at.child('deviceClassName'), deviceClassName, checkDns1123Subdomain(deviceClassName));
  if (!MODES.includes(allocationMode)) yield notSupported(at.child('allocationMode'), allocationMode, MODES);
  else if (allocationMode === 'ExactCount') yield* positive(at.child('count'), count);
  else if (count !== 0) yield invalid(at.child('count'), count, "must not be specified when allocationMode is 'All'");
}
