// Checks of ResourceQuotas: names that a quota can count, and scopes that fit them.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';
import { isStandardResource } from './resource-name.ts';
import type { ResourceQuotaSpec, ResourceQuotaStatus, ScopedResourceSelectorRequirement } from './resource-quota.ts';
import { validateResourceAmount, validateResourceName } from './resource-validation.ts';

const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'VolumeAttributesClass',
  'CrossNamespacePodAffinity',
];
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
const EXISTS_ONLY = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const EXISTS_ONLY_TEXT =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
const UNFIT = 'unsupported scope applied to resource';
const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

/** Checks a spec, and that its scopes stay. */
export function* validateQuotaSpec(spec: ResourceQuotaSpec, old: ResourceQuotaSpec | undefined, at: FieldPath): Problems {
  yield* validateAmounts(spec.hard, at.child('hard'));
  const { scopes = [], scopeSelector } = spec;
  const here = at.child('scopes');
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) yield invalid(here, scopes, 'unsupported scope');
    for (const _name of misfits(spec, scope)) yield invalid(here, scopes, UNFIT);
  }
  yield* conflicts(scopes, scopes, here);
  if (scopeSelector !== undefined)
    yield* validateSelector(spec, scopeSelector.matchExpressions ?? [], at.child('scopeSelector', 'matchExpressions'));
  if (old === undefined) return;
  const before = new Set(old.scopes);
  const after = new Set(scopes);
  if (before.symmetricDifference(after).size > 0) yield invalid(here, scopes, 'field is immutable');
}

/** Checks what is counted and used. */
export function* validateQuotaStatus(status: ResourceQuotaStatus, at: FieldPath): Problems {
  yield* validateAmounts(status.hard, at.child('hard'));
  yield* validateAmounts(status.used, at.child('used'));
}

function* validateAmounts(amounts: Readonly<Record<string, string>> | undefined, at: FieldPath): Problems {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    yield* validateResourceName(name, at.key(name));
    if (!name.includes('/') && !isQuotaResource(name)) yield invalid(at.key(name), name, 'must be a standard resource for quota');
    yield* validateResourceAmount(name, amount, at.key(name));
  }
}

const isQuotaResource = (name: string): boolean => name !== 'storage' && isStandardResource(name);

/** The counted resources that a scope says nothing about. */
function misfits({ hard = {} }: ResourceQuotaSpec, scope: string): readonly string[] {
  return Object.keys(hard).filter((name) => isQuotaResource(name) && !fits(scope, name));
}

function fits(scope: string, name: string): boolean {
  switch (scope) {
    case 'Terminating':
    case 'NotTerminating':
    case 'NotBestEffort':
    case 'PriorityClass':
    case 'CrossNamespacePodAffinity':
      return name === 'pods' || COMPUTE.includes(name);
    case 'BestEffort':
      return name === 'pods';
    case 'VolumeAttributesClass':
      return name === 'persistentvolumeclaims' || name === 'requests.storage';
    default:
      return true;
  }
}

function* conflicts(present: readonly string[], shown: readonly string[] | undefined, at: FieldPath): Problems {
  for (const [one, other] of CONFLICTS)
    if (present.includes(one) && present.includes(other)) yield invalid(at, shown, 'conflicting scopes');
}

function* validateSelector(spec: ResourceQuotaSpec, expressions: readonly ScopedResourceSelectorRequirement[], at: FieldPath): Problems {
  const shown = {
    MatchExpressions: expressions.map((each) => ({ ScopeName: each.scopeName, Operator: each.operator, Values: each.values ?? null })),
  };
  for (const { scopeName, operator, values = [] } of expressions) {
    if (!SCOPES.includes(scopeName)) yield invalid(at.child('scopeName'), scopeName, 'unsupported scope');
    for (const _name of misfits(spec, scopeName)) yield invalid(at, shown, UNFIT);
    if (EXISTS_ONLY.includes(scopeName) && operator !== 'Exists') yield invalid(at.child('operator'), operator, EXISTS_ONLY_TEXT);
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        yield required(at.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        yield invalid(at.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
    } else yield invalid(at.child('operator'), operator, 'not a valid selector operator');
  }
  const names = expressions.map(({ scopeName }) => scopeName);
  yield* conflicts(names, spec.scopes, at);
}
