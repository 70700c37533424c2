// Checks of Nodes: taints, networks, amounts of resources, and what stays once it is set.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { parseCidrSloppy, validateLegacyCidr } from '../../../machinery/formats/cidr.ts';
import { checkLabelValue, validateLabelName } from '../../../machinery/formats/label.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { duplicate, forbidden, internal, invalid } from '../../../machinery/problem.ts';
import { quote } from '../../../machinery/quote.ts';
import { nonNegativeAmounts } from './resource-amounts.ts';
import { TAINT_EFFECTS } from './toleration-validation.ts';
import type { Taint } from './toleration.ts';
import type { NodeSpec, NodeStatus } from './node.ts';
import { positive, requiredChoice } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';

interface NodeObject extends KubeObject {
  readonly spec: NodeSpec;
  readonly status: NodeStatus;
}

const LONGEST_FEATURE = 253;
const FEATURE = /^([A-Z][A-Za-z0-9]*)(\/[A-Za-z0-9]+)*$/;

/** Checks a Node, by itself or against the stored one. */
export function* validateNode(next: NodeObject, old: NodeObject | undefined, at: FieldPath): Problems {
  const { spec, status } = next;
  const taints = at.child('metadata', 'taints');
  if (old === undefined) yield* validateTaints(spec.taints ?? [], taints);
  yield* nonNegativeAmounts(status.capacity, at.child('status', 'capacity'));
  yield* nonNegativeAmounts(status.allocatable, at.child('status', 'allocatable'));
  const swap = status.nodeInfo.swap?.capacity;
  if (old === undefined && swap !== undefined) yield* positive(at.child('metadata', 'nodeSwapStatus', 'capacity'), swap);
  yield* validateFeatures(status.declaredFeatures ?? [], at.child('status', 'declaredFeatures'));
  if (old === undefined) return yield* validatePodCidrs(spec.podCIDRs ?? [], at.child('spec', 'podCIDRs'));
  yield* distinctAddresses(status, at.child('status', 'addresses'));
  yield* validateNodeChange(spec, old.spec, at.child('spec'));
  yield* validateTaints(spec.taints ?? [], taints);
  if ((spec.externalID ?? '') !== (old.spec.externalID ?? '')) yield forbidden(at.child('spec', 'externalID'), 'may not be updated');
}

function* validateTaints(taints: readonly Taint[], at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, { key, value = '', effect, timeAdded = null }] of taints.entries()) {
    const here = at.index(index);
    yield* validateLabelName(key, here.child('key'));
    const messages = checkLabelValue(value);
    if (messages.length > 0) yield invalid(here.child('value'), value, messages.join(';'));
    yield* requiredChoice(here.child('effect'), effect, TAINT_EFFECTS);
    const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
    if (seen.has(`${effect} ${key}`)) yield { ...duplicate(here, shown), detail: 'taints must be unique by key and effect pair' };
    seen.add(`${effect} ${key}`);
  }
}

function* validateFeatures(features: readonly string[], at: FieldPath): Problems {
  for (const [index, feature] of features.entries()) {
    const problem = featureProblem(feature);
    if (problem !== undefined) yield invalid(at.index(index), feature, `invalid feature name ${quote(feature)}: ${problem}`);
    const next = features[index + 1];
    if (next === feature) yield duplicate(at.index(index + 1), next);
    else if (next !== undefined && next < feature) yield invalid(at.index(index + 1), next, 'list must be sorted alphabetically');
  }
}

function featureProblem(feature: string): string | undefined {
  if (feature.length > LONGEST_FEATURE) return `must be no more than ${LONGEST_FEATURE} characters`;
  if (FEATURE.test(feature)) return undefined;
  return "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
}

function* validatePodCidrs(cidrs: readonly string[], at: FieldPath): Problems {
  for (const [index, each] of cidrs.entries()) yield* validateLegacyCidr(at.index(index), each, true);
  if (cidrs.length < 2) return;
  const parsed = cidrs.map(parseCidrSloppy);
  const wrong = parsed.indexOf(undefined);
  if (wrong >= 0) {
    const detail = `invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${cidrs[wrong] ?? ''})`;
    yield internal(at, `invalid PodCIDRs. failed to check with dual stack with error:${detail}`);
  }
  const families = new Set(parsed.map((each) => each?.ip.family));
  if (wrong >= 0 || families.size < 2 || cidrs.length > 2) yield invalid(at, cidrs, 'may specify no more than one CIDR for each IP family');
}

function* distinctAddresses({ addresses = [] }: NodeStatus, at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, { type, address }] of addresses.entries()) {
    const key = `${type} ${address}`;
    if (seen.has(key)) yield duplicate(at.index(index), { Type: type, Address: address });
    seen.add(key);
  }
}

function* validateNodeChange(spec: NodeSpec, old: NodeSpec, at: FieldPath): Problems {
  const { podCIDRs: before = [] } = old;
  const { podCIDRs: next = [] } = spec;
  const fixed = forbidden(at.child('podCIDRs'), 'node updates may not change podCIDR except from "" to valid');
  if (before.length > 0 && before.length !== next.length) yield fixed;
  else for (const [index, each] of before.entries()) if (each !== next[index]) yield fixed;
  const { providerID = '' } = old;
  if (providerID !== '' && providerID !== spec.providerID)
    yield forbidden(at.child('providerID'), 'node updates may not change providerID except from "" to valid');
}
