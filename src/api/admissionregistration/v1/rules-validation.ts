// Checks of which requests an admission hook or policy is asked about. Expressions are not compiled here.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import { duplicate, invalid, notSupported, required, tooMany } from '../../../machinery/problem.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { complaints, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { MatchCondition, MatchResources, RuleWithOperations } from './rules.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
export const FAILURE_POLICIES = ['Fail', 'Ignore'];
const MOST_CONDITIONS = 64;

/** Checks one rule. */
export function* validateRule(rule: RuleWithOperations, at: FieldPath): Problems {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  yield* validateExclusive(operations, 'operations', at.child('operations'));
  for (const [index, each] of operations.entries())
    if (!OPERATIONS.includes(each)) yield notSupported(at.child('operations').index(index), each, OPERATIONS);
  yield* validateExclusive(apiGroups, 'API groups', at.child('apiGroups'));
  yield* validateExclusive(apiVersions, 'API versions', at.child('apiVersions'));
  for (const [index, each] of apiVersions.entries()) if (each === '') yield required(at.child('apiVersions').index(index));
  yield* validateResources(resources, at.child('resources'));
  yield* supported(at.child('scope'), scope, SCOPES);
}

function* validateExclusive(values: readonly string[], what: string, at: FieldPath): Problems {
  if (values.length === 0) yield required(at);
  if (values.length > 1 && values.includes('*')) yield invalid(at, values, `if '*' is present, must not specify other ${what}`);
}

function* validateResources(resources: readonly string[], at: FieldPath): Problems {
  if (resources.length === 0) yield required(at);
  const wholes = new Set<string>();
  const everywhere = new Set<string>();
  let plain = false;
  for (const [index, each] of resources.entries()) {
    const here = at.index(index);
    if (each === '') {
      yield required(here);
      continue;
    }
    const [resource = '', ...rest] = each.split('/');
    if (rest.length === 0) {
      plain = each !== '*';
      continue;
    }
    const sub = rest.join('/');
    if (wholes.has(resource)) yield invalid(here, each, `if '${resource}/*' is present, must not specify ${each}`);
    if (everywhere.has(sub)) yield invalid(here, each, `if '*/${sub}' is present, must not specify ${each}`);
    if (sub === '*') wholes.add(resource);
    if (resource === '*') everywhere.add(sub);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    yield invalid(at, resources, "if '*/*' is present, must not specify other resources");
  if (resources.includes('*') && plain)
    yield invalid(at, resources, "if '*' is present, must not specify other resources without subresources");
}

/** Checks conditions: named, each once, with an expression. */
export function* validateMatchConditions(conditions: readonly MatchCondition[], at: FieldPath): Problems {
  if (conditions.length > MOST_CONDITIONS) yield tooMany(at, conditions.length, MOST_CONDITIONS);
  const names = new Set<string>();
  for (const [index, { name, expression }] of conditions.entries()) {
    const here = at.index(index);
    if (expression.trim() === '') yield required(here.child('expression'));
    if (name === '') {
      yield required(here.child('name'));
      continue;
    }
    yield* complaints(here.child('name'), name, checkQualifiedName(name));
    if (names.has(name)) yield duplicate(here.child('name'), name);
    names.add(name);
  }
}

/** Checks which resources a policy is about. */
export function* validateMatchResources(resources: MatchResources | undefined, at: FieldPath): Problems {
  if (resources === undefined) return;
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = resources;
  if (matchPolicy === undefined) yield required(at.child('matchPolicy'));
  yield* supported(at.child('matchPolicy'), matchPolicy, MATCH_POLICIES);
  for (const [name, selector] of Object.entries({ namespaceSelector, objectSelector })) {
    if (selector === undefined) yield required(at.child(name));
    else yield* validateLabelSelector(selector, at.child(name));
  }
  for (const [name, rules] of Object.entries({ resourceRules, excludeResourceRules }))
    for (const [index, rule] of rules.entries()) yield* validateRule(rule, at.child(name).index(index));
}
