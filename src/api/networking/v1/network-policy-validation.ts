// Checks of NetworkPolicies: ports, peers of one sort, and exceptions that lie within their networks.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { cidrContains, parseCidrSloppy, validateLegacyCidr } from '../../../machinery/formats/cidr.ts';
import { checkPortName, checkPortNumber } from '../../../machinery/formats/port.ts';
import { forbidden, invalid, required } from '../../../machinery/problem.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import type { LabelSelectorValidation } from '../../../machinery/selectors/validate-label-selector.ts';
import { complaints, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { IPBlock, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from './network-policy.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

/** What the stored policy has may stay, though it would not be taken today. */
interface Ratchet {
  readonly selectors: LabelSelectorValidation;
  readonly cidrs: readonly string[];
}

/** Checks a policy's spec. */
export function* validateNetworkPolicySpec(spec: NetworkPolicySpec, old: NetworkPolicySpec | undefined, at: FieldPath): Problems {
  const ratchet: Ratchet = {
    selectors: { allowInvalidLabelValueInSelector: hasInvalidLabelValue(old?.podSelector) },
    cidrs: old === undefined ? [] : cidrsOf(old),
  };
  yield* validateLabelSelector(spec.podSelector, at.child('podSelector'), ratchet.selectors);
  for (const [index, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    const here = at.child('ingress').index(index);
    for (const [each, port] of ports.entries()) yield* validatePort(port, here.child('ports').index(each));
    for (const [each, peer] of from.entries()) yield* validatePeer(peer, ratchet, here.child('from').index(each));
  }
  for (const [index, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    const here = at.child('egress').index(index);
    for (const [each, port] of ports.entries()) yield* validatePort(port, here.child('ports').index(each));
    for (const [each, peer] of to.entries()) yield* validatePeer(peer, ratchet, here.child('to').index(each));
  }
  const { policyTypes = [] } = spec;
  const here = at.child('policyTypes');
  if (policyTypes.length > POLICY_TYPES.length) return yield invalid(here, policyTypes, 'may not specify more than two policyTypes');
  for (const [index, type] of policyTypes.entries()) yield* supported(here.index(index), type, POLICY_TYPES);
}

function cidrsOf({ ingress = [], egress = [] }: NetworkPolicySpec): readonly string[] {
  const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
  return peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock.cidr, ...(ipBlock.except ?? [])]));
}

function* validatePort({ protocol, port, endPort }: NetworkPolicyPort, at: FieldPath): Problems {
  yield* supported(at.child('protocol'), protocol, PROTOCOLS);
  const end = at.child('endPort');
  if (typeof port === 'number') {
    yield* complaints(at.child('port'), port, checkPortNumber(port));
    if (endPort === undefined) return;
    if (endPort < port) yield invalid(end, port, 'must be greater than or equal to `port`');
    yield* complaints(end, endPort, checkPortNumber(endPort));
  } else {
    const reason = port === undefined ? 'not specified' : 'non-numeric';
    if (endPort !== undefined) yield invalid(end, endPort, `may not be specified when \`port\` is ${reason}`);
    if (port !== undefined) yield* complaints(at.child('port'), port, checkPortName(port));
  }
}

function* validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, ratchet: Ratchet, at: FieldPath): Problems {
  yield* validateLabelSelector(podSelector, at.child('podSelector'), ratchet.selectors);
  yield* validateLabelSelector(namespaceSelector, at.child('namespaceSelector'), ratchet.selectors);
  if (ipBlock !== undefined) yield* validateIpBlock(ipBlock, ratchet.cidrs, at.child('ipBlock'));
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) yield required(at, 'must specify a peer');
  else if (selects && ipBlock !== undefined) yield forbidden(at, 'may not specify both ipBlock and another peer');
}

function* validateIpBlock({ cidr, except = [] }: IPBlock, known: readonly string[], at: FieldPath): Problems {
  if (cidr === '') return yield required(at.child('cidr'));
  yield* validateLegacyCidr(at.child('cidr'), cidr, true, known);
  const network = parseCidrSloppy(cidr);
  if (network === undefined) return;
  for (const [index, each] of except.entries()) {
    const here = at.child('except').index(index);
    yield* validateLegacyCidr(here, each, true, known);
    const inner = parseCidrSloppy(each);
    if (inner === undefined) continue;
    if (!cidrContains(network, inner.network) || network.prefix >= inner.prefix)
      yield invalid(here, each, 'must be a strict subset of `cidr`');
  }
}
