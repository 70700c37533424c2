// Checks of FlowSchemas: precedence, whose requests, and which.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { FlowSchemaSpec, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject } from './flow-schema.ts';

interface FlowSchemaObject extends KubeObject {
  readonly spec: FlowSchemaSpec;
}

const HIGHEST_PRECEDENCE = 10_000;
const METHODS = ['ByNamespace', 'ByUser'];
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const EVERYTHING = '*';

/** Checks a schema's spec. */
export function* validateFlowSchema({ metadata, spec }: FlowSchemaObject, at: FieldPath): Problems {
  const { matchingPrecedence: precedence, distinguisherMethod: method, priorityLevelConfiguration: level } = spec;
  const here = at.child('matchingPrecedence');
  if (precedence <= 0) yield invalid(here, precedence, 'must be a positive value');
  if (precedence > HIGHEST_PRECEDENCE) yield invalid(here, precedence, `must not be greater than ${HIGHEST_PRECEDENCE}`);
  if (precedence === 1 && metadata.name !== 'exempt')
    yield invalid(here, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  if (method !== undefined && !METHODS.includes(method.type))
    yield notSupported(at.child('distinguisherMethod', 'type'), { Type: method.type }, METHODS);
  const levelAt = at.child('priorityLevelConfiguration', 'name');
  if (level.name === '') yield required(levelAt, 'must reference a priority level');
  else yield* complaints(levelAt, level.name, checkDns1123Subdomain(level.name));
  for (const [index, rule] of (spec.rules ?? []).entries()) yield* validateRule(rule, at.child('rules').index(index));
}

function* validateRule({ subjects, resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects, at: FieldPath): Problems {
  if (subjects.length === 0) yield required(at.child('subjects'), 'subjects must contain at least one value');
  for (const [index, subject] of subjects.entries()) yield* validateSubject(subject, at.child('subjects').index(index));
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    yield required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  for (const [index, each] of resourceRules.entries()) yield* validateResourceRule(each, at.child('resourceRules').index(index));
  for (const [index, each] of nonResourceRules.entries()) yield* validateNonResourceRule(each, at.child('nonResourceRules').index(index));
}

function* validateSubject({ kind, user, group, serviceAccount }: Subject, at: FieldPath): Problems {
  if (!SUBJECT_KINDS.includes(kind)) return yield notSupported(at.child('kind'), kind, SUBJECT_KINDS);
  if (kind === 'ServiceAccount') yield* validateServiceAccount(serviceAccount, at.child('serviceAccount'));
  if (kind === 'User') yield* validateNamed(user, 'user', kind, at.child('user'));
  if (kind === 'Group') yield* validateNamed(group, 'group', kind, at.child('group'));
  const others = [
    ['serviceAccount', 'ServiceAccount', serviceAccount],
    ['user', 'User', user],
    ['group', 'Group', group],
  ] as const;
  for (const [name, other, value] of others)
    if (other !== kind && value !== undefined) yield forbidden(at.child(name), `${name} is forbidden when subject kind is not '${other}'`);
}

function* validateNamed(subject: { readonly name: string } | undefined, name: string, kind: string, at: FieldPath): Problems {
  if (subject === undefined) yield required(at, `${name} is required when subject kind is '${kind}'`);
  else if (subject.name === '') yield required(at.child('name'));
}

function* validateServiceAccount(subject: Subject['serviceAccount'], at: FieldPath): Problems {
  if (subject === undefined) return yield required(at, "serviceAccount is required when subject kind is 'ServiceAccount'");
  const { name, namespace } = subject;
  if (name === '') yield required(at.child('name'));
  else if (name !== EVERYTHING) yield* complaints(at.child('name'), name, checkDns1123Subdomain(name));
  if (namespace === '') yield required(at.child('namespace'), 'must specify namespace for service account');
  else yield* complaints(at.child('namespace'), namespace, checkDns1123Label(namespace));
}

function* validateVerbs(verbs: readonly string[], at: FieldPath): Problems {
  if (verbs.length === 0) yield required(at, 'verbs must contain at least one value');
  else if (verbs.includes(EVERYTHING)) {
    if (verbs.length > 1) yield invalid(at, verbs, "if '*' is present, must not specify other verbs");
  } else if (!verbs.every((verb) => VERBS.includes(verb))) yield notSupported(at, verbs, VERBS);
}

function* validateResourceRule(rule: ResourcePolicyRule, at: FieldPath): Problems {
  const { verbs, apiGroups, resources, namespaces, clusterScope = false } = rule;
  yield* validateVerbs(verbs, at.child('verbs'));
  const exclusive = (values: readonly string[]): boolean => values.length <= 1 || !values.includes(EVERYTHING);
  if (apiGroups.length === 0) yield required(at.child('apiGroups'), 'resource rules must supply at least one api group');
  else if (!exclusive(apiGroups)) yield invalid(at.child('apiGroups'), apiGroups, "if '*' is present, must not specify other api groups");
  if (resources.length === 0) yield required(at.child('resources'), 'resource rules must supply at least one resource');
  else if (!exclusive(resources)) yield invalid(at.child('resources'), resources, "if '*' is present, must not specify other resources");
  const here = at.child('namespaces');
  if (namespaces.length === 0) {
    if (!clusterScope) yield required(here, 'resource rules that are not cluster scoped must supply at least one namespace');
  } else if (!namespaces.includes(EVERYTHING)) {
    for (const [index, each] of namespaces.entries())
      for (const message of checkDns1123Label(each))
        yield invalid(here.index(index), each, `each member of this list must be '*' or a DNS-1123 label; ${message}`);
  } else if (namespaces.length > 1) yield invalid(here, namespaces, "if '*' is present, must not specify other namespaces");
}

function* validateNonResourceRule({ verbs, nonResourceURLs: urls }: NonResourcePolicyRule, at: FieldPath): Problems {
  yield* validateVerbs(verbs, at.child('verbs'));
  const here = at.child('nonResourceURLs');
  if (urls.length === 0) return yield required(here, 'nonResourceURLs must contain at least one value');
  if (urls.includes(EVERYTHING)) {
    if (urls.length > 1) yield invalid(here, urls, "if '*' is present, must not specify other non-resource URLs");
    return;
  }
  for (const [index, url] of urls.entries()) {
    const problem = pathProblem(url);
    if (problem !== undefined) yield invalid(here.index(index), url, problem);
  }
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const wildcards = path.split(EVERYTHING).length - 1;
  return wildcards > 1 || (wildcards === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

/** Conditions of flow control have a type, each only once. */
export function* validateTypes(conditions: readonly { readonly type?: string | undefined }[], at: FieldPath): Problems {
  const seen = new Set<string>();
  for (const [index, { type = '' }] of conditions.entries()) {
    if (seen.has(type)) yield duplicate(at.index(index).child('type'), type);
    seen.add(type);
    if (type === '') yield required(at.index(index).child('type'));
  }
}
