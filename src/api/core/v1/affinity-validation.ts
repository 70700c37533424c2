// Checks of where a Pod wants to be: node affinity, affinity to other Pods, spreading over topologies.

import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { checkLabelValue, validateLabelName } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { duplicate, forbidden, invalid, required } from '../../../machinery/problem.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import type { LabelSelector } from '../../meta/v1/label-selector.ts';
import { complaints, positive, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from './affinity.ts';

/** What the stored Pod excuses. */
export interface AffinityRatchet {
  readonly invalidAffinityLabelValues: boolean;
  readonly invalidNodeAffinityLabelValues: boolean;
  readonly invalidSpreadSelector: boolean;
}

const WEIGHT = 'must be in the range 1-100';

/** Checks the affinity of a Pod. */
export function* validateAffinity(affinity: Affinity | undefined, ratchet: AffinityRatchet, at: FieldPath): Problems {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const node = at.child('nodeAffinity');
  const selector = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (selector !== undefined)
    yield* validateNodeSelector(
      selector,
      ratchet.invalidNodeAffinityLabelValues,
      node.child('requiredDuringSchedulingIgnoredDuringExecution'),
    );
  for (const [index, term] of (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const here = node.child('preferredDuringSchedulingIgnoredDuringExecution').index(index);
    if (term.weight < 1 || term.weight > 100) yield invalid(here.child('weight'), term.weight, WEIGHT);
    yield* validateNodeSelectorTerm(term.preference, true, here.child('preference'));
  }
  if (podAffinity !== undefined) yield* validatePodAffinity(podAffinity, ratchet, at.child('podAffinity'));
  if (podAntiAffinity !== undefined) yield* validatePodAffinity(podAntiAffinity, ratchet, at.child('podAntiAffinity'));
}

/** Checks a selector of nodes. */
export function* validateNodeSelector(selector: NodeSelector, allowInvalidValues: boolean, at: FieldPath): Problems {
  const here = at.child('nodeSelectorTerms');
  if (selector.nodeSelectorTerms.length === 0) yield required(here, 'must have at least one node selector term');
  for (const [index, term] of selector.nodeSelectorTerms.entries())
    yield* validateNodeSelectorTerm(term, allowInvalidValues, here.index(index));
}

function* validateNodeSelectorTerm(term: NodeSelectorTerm, allowInvalidValues: boolean, at: FieldPath): Problems {
  for (const [index, requirement] of (term.matchExpressions ?? []).entries())
    yield* validateLabelRequirement(requirement, allowInvalidValues, at.child('matchExpressions').index(index));
  for (const [index, requirement] of (term.matchFields ?? []).entries())
    yield* validateFieldRequirement(requirement, at.child('matchFields').index(index));
}

function* validateLabelRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  allowInvalidValues: boolean,
  at: FieldPath,
): Problems {
  const here = at.child('values');
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) yield required(here, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) yield forbidden(here, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) yield required(here, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      break;
    default:
      yield invalid(at.child('operator'), operator, 'not a valid selector operator');
  }
  yield* validateLabelName(key, at.child('key'));
  if (allowInvalidValues) return;
  for (const [index, value] of values.entries()) yield* complaints(here.index(index), value, checkLabelValue(value));
}

function* validateFieldRequirement({ key, operator, values = [] }: NodeSelectorRequirement, at: FieldPath): Problems {
  if (operator !== 'In' && operator !== 'NotIn') yield invalid(at.child('operator'), operator, 'not a valid selector operator');
  else if (values.length !== 1)
    yield required(at.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  if (key !== 'metadata.name') return yield invalid(at.child('key'), key, 'not a valid field selector key');
  for (const [index, value] of values.entries())
    yield* complaints(at.child('values').index(index), value, nameIsDnsSubdomain(value, false));
}

function* validatePodAffinity(affinity: PodAffinity, ratchet: AffinityRatchet, at: FieldPath): Problems {
  for (const [index, term] of (affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries())
    yield* validatePodAffinityTerm(term, ratchet, at.child('requiredDuringSchedulingIgnoredDuringExecution').index(index));
  for (const [index, { weight, podAffinityTerm }] of (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const here = at.child('preferredDuringSchedulingIgnoredDuringExecution').index(index);
    if (weight < 1 || weight > 100) yield invalid(here.child('weight'), weight, WEIGHT);
    yield* validatePodAffinityTerm(podAffinityTerm, ratchet, here.child('podAffinityTerm'));
  }
}

function* validatePodAffinityTerm(term: PodAffinityTerm, ratchet: AffinityRatchet, at: FieldPath): Problems {
  const options = { allowInvalidLabelValueInSelector: ratchet.invalidAffinityLabelValues };
  yield* validateLabelSelector(term.labelSelector, at.child('labelSelector'), options);
  yield* validateLabelSelector(term.namespaceSelector, at.child('namespaceSelector'), options);
  for (const name of term.namespaces ?? []) yield* complaints(at.child('namespace'), name, checkDns1123Label(name));
  yield* validateLabelKeys(term, at);
  if (term.topologyKey === '') yield required(at.child('topologyKey'), 'can not be empty');
  yield* validateLabelName(term.topologyKey, at.child('topologyKey'));
}

interface LabelKeys {
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
  readonly labelSelector?: LabelSelector | undefined;
}

function* validateLabelKeys({ matchLabelKeys = [], mismatchLabelKeys = [], labelSelector }: LabelKeys, at: FieldPath): Problems {
  for (const [field, keys] of Object.entries({ matchLabelKeys, mismatchLabelKeys })) {
    if (keys.length === 0) continue;
    if (labelSelector === undefined) yield forbidden(at.child(field), 'must not be specified when labelSelector is not set');
    else for (const [index, key] of keys.entries()) yield* validateLabelName(key, at.child(field).index(index));
  }
  // The server itself adds an expression for each such key, so only a second mention of the key is the user's.
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && selected.has(key)) yield invalid(at.index(index), key, 'exists in both matchLabelKeys and labelSelector');
    selected.add(key);
  }
  for (const [index, key] of matchLabelKeys.entries())
    if (mismatchLabelKeys.includes(key))
      yield invalid(at.child('matchLabelKeys').index(index), key, 'exists in both matchLabelKeys and mismatchLabelKeys');
}

/** Checks how a Pod's fellows are to be spread. */
export function* validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[],
  ratchet: AffinityRatchet,
  at: FieldPath,
): Problems {
  for (const [index, constraint] of constraints.entries()) {
    const { topologyKey, whenUnsatisfiable, minDomains } = constraint;
    const here = at.index(index);
    yield* positive(here.child('maxSkew'), constraint.maxSkew);
    if (topologyKey === '') yield required(here.child('topologyKey'), 'can not be empty');
    yield* supported(here.child('whenUnsatisfiable'), whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
    const later = constraints.slice(index + 1);
    if (later.some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable))
      yield duplicate(here.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`);
    if (minDomains !== undefined) {
      yield* positive(here.child('minDomains'), minDomains);
      if (whenUnsatisfiable !== 'DoNotSchedule')
        yield invalid(
          here.child('minDomains'),
          minDomains,
          `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
        );
    }
    yield* supported(here.child('nodeAffinityPolicy'), constraint.nodeAffinityPolicy, ['Honor', 'Ignore']);
    yield* supported(here.child('nodeTaintsPolicy'), constraint.nodeTaintsPolicy, ['Honor', 'Ignore']);
    yield* validateLabelKeys({ matchLabelKeys: constraint.matchLabelKeys, labelSelector: constraint.labelSelector }, here);
    if (!ratchet.invalidSpreadSelector) yield* validateLabelSelector(constraint.labelSelector, here.child('labelSelector'), {});
  }
}
