// Checks of EndpointSlices: addresses of one type, ports with distinct names, few hints.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, checkDns1123Subdomain, validateFullyQualifiedDomainName } from '../../../machinery/formats/dns.ts';
import { ipFamily, validateIp, validateLegacyIp } from '../../../machinery/formats/ip.ts';
import { checkLabelValue, checkQualifiedName, validateLabels } from '../../../machinery/formats/label.ts';
import { duplicate, internal, invalid, required, tooMany } from '../../../machinery/problem.ts';
import { lookup } from '../../../machinery/schema.ts';
import { validateEndpointIp } from '../../core/v1/endpoint-address-validation.ts';
import { PORT_PROTOCOLS } from '../../core/v1/service-port-validation.ts';
import { complaints, requiredChoice, supported, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { Endpoint, EndpointHints, EndpointPort } from './endpoint-slice.ts';

interface Slice {
  readonly addressType: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MOST_TOPOLOGY_LABELS = 16;
const MOST_ADDRESSES = 100;
const MOST_PORTS = 20_000;
const MOST_ENDPOINTS = 1000;
const MOST_HINTS = 8;
const ZONE = 'topology.kubernetes.io/zone';

/** Checks a slice; stored endpoints that did not change may be as they are. */
export function* validateEndpointSlice(next: Slice, old: Slice | undefined, at: FieldPath): Problems {
  yield* requiredChoice(at.child('addressType'), next.addressType, ADDRESS_TYPES);
  yield* validatePorts(next.ports, at.child('ports'));
  if (old === undefined || !semanticEqual(next.endpoints, old.endpoints)) yield* validateEndpoints(next, at.child('endpoints'));
  if (old !== undefined) yield* unchanged(at.child('addressType'), next.addressType, old.addressType);
}

function* validatePorts(ports: readonly EndpointPort[], at: FieldPath): Problems {
  if (ports.length > MOST_PORTS) return yield tooMany(at, ports.length, MOST_PORTS);
  const names = new Set<string>();
  for (const [index, { name = '', protocol, appProtocol }] of ports.entries()) {
    const here = at.index(index);
    if (name !== '') yield* complaints(here.child('name'), name, checkDns1123Label(name));
    if (names.has(name)) yield duplicate(here.child('name'), name);
    names.add(name);
    if (protocol === undefined) yield required(here.child('protocol'));
    yield* supported(here.child('protocol'), protocol, PORT_PROTOCOLS);
    if (appProtocol !== undefined) yield* complaints(here.child('appProtocol'), appProtocol, checkQualifiedName(appProtocol));
  }
}

function* validateEndpoints({ endpoints, addressType }: Slice, at: FieldPath): Problems {
  if (endpoints.length > MOST_ENDPOINTS) return yield tooMany(at, endpoints.length, MOST_ENDPOINTS);
  for (const [index, endpoint] of endpoints.entries()) yield* validateEndpoint(endpoint, addressType, at.index(index));
}

function* validateEndpoint(endpoint: Endpoint, addressType: string, at: FieldPath): Problems {
  const { addresses, nodeName, deprecatedTopology = {}, hostname, hints } = endpoint;
  const here = at.child('addresses');
  if (addresses.length === 0) yield required(here, 'must contain at least 1 address');
  else if (addresses.length > MOST_ADDRESSES) yield tooMany(here, addresses.length, MOST_ADDRESSES);
  for (const [index, address] of addresses.entries()) yield* validateAddress(address, addressType, here, here.index(index));
  if (nodeName !== undefined) yield* complaints(at.child('nodeName'), nodeName, checkDns1123Subdomain(nodeName));
  const topology = at.child('deprecatedTopology');
  const labels = Object.keys(deprecatedTopology).length;
  if (labels > MOST_TOPOLOGY_LABELS) yield tooMany(topology, labels, MOST_TOPOLOGY_LABELS);
  yield* validateLabels(deprecatedTopology, topology);
  if (lookup(deprecatedTopology, ZONE) !== undefined) yield internal(topology.key(ZONE), 'reserved key was not removed in conversion');
  if (hostname !== undefined) yield* complaints(at.child('hostname'), hostname, checkDns1123Label(hostname));
  if (hints !== undefined) yield* validateHints(hints, at.child('hints'));
}

function* validateAddress(address: string, type: string, list: FieldPath, at: FieldPath): Problems {
  if (type === 'FQDN') return yield* validateFullyQualifiedDomainName(at, address);
  if (type !== 'IPv4' && type !== 'IPv6') return;
  const problems = type === 'IPv4' ? validateLegacyIp(at, address, true) : validateIp(at, address);
  if (problems.length > 0) return yield* problems;
  const family = type === 'IPv4' ? 4 : 6;
  // The path is that of the list, as upstream has it.
  if (ipFamily(address) !== family) yield invalid(list, address, `must be an ${type} address`);
  yield* validateEndpointIp(at, address);
}

function* validateHints({ forZones = [], forNodes = [] }: EndpointHints, at: FieldPath): Problems {
  if (forZones.length > MOST_HINTS) return yield tooMany(at.child('forZones'), forZones.length, MOST_HINTS);
  yield* validateHintNames(forZones, checkLabelValue, at.child('forZones'));
  if (forNodes.length > MOST_HINTS) return yield tooMany(at.child('forNodes'), forNodes.length, MOST_HINTS);
  yield* validateHintNames(forNodes, checkDns1123Subdomain, at.child('forNodes'));
}

function* validateHintNames(hints: readonly { readonly name: string }[], check: (name: string) => string[], at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, { name }] of hints.entries()) {
    const here = at.index(index).child('name');
    if (seen.has(name)) yield duplicate(here, name);
    seen.add(name);
    yield* complaints(here, name, check(name));
  }
}
