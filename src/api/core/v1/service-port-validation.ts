// Checks of a Service's ports, one by one and among each other.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { checkPortNumber } from '../../../machinery/formats/port.ts';
import { duplicate, forbidden, required } from '../../../machinery/problem.ts';
import { complaints, requiredChoice } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { validatePortNumberOrName } from './handler-validation.ts';
import type { ServicePort } from './service.ts';

export const PORT_PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Checks each port by itself; several ports need distinct names. */
export function* validateServicePorts(ports: readonly ServicePort[], at: FieldPath): Problems {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const { name = '', appProtocol } = port;
    const here = at.index(index);
    if (name !== '') {
      yield* complaints(here.child('name'), name, checkDns1123Label(name));
      if (names.has(name)) yield duplicate(here.child('name'), name);
      names.add(name);
    } else if (ports.length > 1) yield required(here.child('name'));
    yield* complaints(here.child('port'), port.port, checkPortNumber(port.port));
    yield* requiredChoice(here.child('protocol'), port.protocol, PORT_PROTOCOLS);
    yield* validatePortNumberOrName(port.targetPort, here.child('targetPort'));
    if (appProtocol !== undefined) yield* complaints(here.child('appProtocol'), appProtocol, checkQualifiedName(appProtocol));
  }
}

/** No two ports may be the same, inside or on the nodes; a Service inside the cluster has none on the nodes. */
export function* validateDistinctPorts(ports: readonly ServicePort[], type: string, at: FieldPath): Problems {
  if (type === 'ClusterIP') {
    for (const [index, { nodePort = 0 }] of ports.entries())
      if (nodePort !== 0) yield forbidden(at.index(index).child('nodePort'), "may not be used when `type` is 'ClusterIP'");
  }
  const nodePorts = new Set<string>();
  for (const [index, { protocol = '', nodePort = 0 }] of ports.entries()) {
    if (nodePort === 0) continue;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) yield duplicate(at.index(index).child('nodePort'), nodePort);
    nodePorts.add(key);
  }
  const numbers = new Set<string>();
  for (const [index, { protocol = '', port }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    // Upstream shows its internal type.
    const shown = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    if (numbers.has(key)) yield duplicate(at.index(index), shown);
    numbers.add(key);
  }
}
