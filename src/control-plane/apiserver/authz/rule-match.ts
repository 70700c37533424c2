// Whether one RBAC rule covers a request. See https://kubernetes.io/docs/reference/access-authn-authz/rbac/

import type { PolicyRule } from '../../../api/rbac/v1/rules.ts';
import type { AuthorizationAttributes } from '../../../server/authorizer.ts';

const ALL = '*';

const covers = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(ALL) || list.includes(value));

function coversResource(rule: PolicyRule, resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  if (covers(rule.resources, combined)) return true;
  return subresource !== '' && (rule.resources?.includes(`*/${subresource}`) ?? false);
}

function coversPath(rule: PolicyRule, path: string): boolean {
  return (rule.nonResourceURLs ?? []).some(
    (pattern) => pattern === ALL || pattern === path || (pattern.endsWith(ALL) && path.startsWith(pattern.slice(0, -1))),
  );
}

/** Whether `rule` allows what `attributes` ask for. */
export function ruleAllows(rule: PolicyRule, attributes: AuthorizationAttributes): boolean {
  if (!covers(rule.verbs, attributes.verb)) return false;
  if (!attributes.isResourceRequest) return coversPath(rule, attributes.path);
  const named = rule.resourceNames === undefined || rule.resourceNames.length === 0 || rule.resourceNames.includes(attributes.name);
  return named && covers(rule.apiGroups, attributes.group) && coversResource(rule, attributes.resource, attributes.subresource);
}
