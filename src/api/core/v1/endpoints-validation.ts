// Checks of Endpoints: addresses that something outside of the node can reach, and named ports.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { validateLegacyIp } from '../../../machinery/formats/ip.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { checkPortNumber } from '../../../machinery/formats/port.ts';
import { required } from '../../../machinery/problem.ts';
import { complaints, requiredChoice } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { validateEndpointIp } from './endpoint-address-validation.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset } from './endpoints.ts';
import { PORT_PROTOCOLS } from './service-port-validation.ts';

/** Checks the subsets, unless they are the stored ones. */
export function* validateSubsets(subsets: readonly EndpointSubset[], old: readonly EndpointSubset[] | undefined, at: FieldPath): Problems {
  if (old !== undefined && semanticEqual(subsets, old)) return;
  for (const [index, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
    const here = at.index(index);
    if (addresses.length + notReadyAddresses.length === 0) yield required(here, 'must specify `addresses` or `notReadyAddresses`');
    for (const [each, address] of addresses.entries()) yield* validateAddress(address, here.child('addresses').index(each));
    for (const [each, address] of notReadyAddresses.entries()) yield* validateAddress(address, here.child('notReadyAddresses').index(each));
    for (const [each, port] of ports.entries()) yield* validatePort(port, ports.length > 1, here.child('ports').index(each));
  }
}

function* validateAddress({ ip, hostname = '', nodeName }: EndpointAddress, at: FieldPath): Problems {
  yield* validateLegacyIp(at.child('ip'), ip, true);
  if (hostname !== '') yield* complaints(at.child('hostname'), hostname, checkDns1123Label(hostname));
  if (nodeName !== undefined) yield* complaints(at.child('nodeName'), nodeName, checkDns1123Subdomain(nodeName));
  yield* validateEndpointIp(at.child('ip'), ip);
}

function* validatePort({ name = '', port, protocol, appProtocol }: EndpointPort, named: boolean, at: FieldPath): Problems {
  if (name !== '') yield* complaints(at.child('name'), name, checkDns1123Label(name));
  else if (named) yield required(at.child('name'));
  yield* complaints(at.child('port'), port, checkPortNumber(port));
  yield* requiredChoice(at.child('protocol'), protocol, PORT_PROTOCOLS);
  if (appProtocol !== undefined) yield* complaints(at.child('appProtocol'), appProtocol, checkQualifiedName(appProtocol));
}
