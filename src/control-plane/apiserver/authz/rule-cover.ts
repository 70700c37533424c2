// Whether rules cover other rules: nobody may hand out more than they hold, unless they may escalate.

import type { PolicyRule } from '../../../api/rbac/v1/rules.ts';

const ALL = '*';

const has = (set: readonly string[] | undefined, value: string): boolean => set?.includes(value) ?? false;
const hasAll = (set: readonly string[] | undefined, values: readonly string[] | undefined): boolean =>
  (values ?? []).every((value) => has(set, value));

function coversResources(owned: readonly string[] | undefined, asked: readonly string[] | undefined): boolean {
  if (has(owned, ALL)) return true;
  return (asked ?? []).every((path) => {
    const slash = path.indexOf('/');
    return has(owned, path) || (slash !== -1 && has(owned, `*/${path.slice(slash + 1)}`));
  });
}

const coversUrl = (owned: string, asked: string): boolean =>
  owned === asked || (owned.endsWith(ALL) && asked.startsWith(owned.replace(/\*+$/, '')));

function covers(owned: PolicyRule, asked: PolicyRule): boolean {
  const named =
    (asked.resourceNames ?? []).length === 0
      ? (owned.resourceNames ?? []).length === 0
      : (owned.resourceNames ?? []).length === 0 || hasAll(owned.resourceNames, asked.resourceNames);
  return (
    named &&
    (has(owned.verbs, ALL) || hasAll(owned.verbs, asked.verbs)) &&
    (has(owned.apiGroups, ALL) || hasAll(owned.apiGroups, asked.apiGroups)) &&
    coversResources(owned.resources, asked.resources) &&
    (asked.nonResourceURLs ?? []).every((url) => (owned.nonResourceURLs ?? []).some((other) => coversUrl(other, url)))
  );
}

/** A rule as rules of one verb on one thing each. */
function* breakdown(rule: PolicyRule): Generator<PolicyRule> {
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const single = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if ((rule.resourceNames ?? []).length === 0) yield single;
        for (const name of rule.resourceNames ?? []) yield { ...single, resourceNames: [name] };
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) yield { verbs: [verb], nonResourceURLs: [url] };
}

/** What of `asked` is not covered by `owned`, in single rules. */
export function missingRules(owned: readonly PolicyRule[], asked: readonly PolicyRule[]): PolicyRule[] {
  return asked.flatMap((rule) => [...breakdown(rule)]).filter((single) => !owned.some((rule) => covers(rule, single)));
}

/** Rules about the same single thing put together. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    if (rule.resources === undefined) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames ?? null]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] });
  }
  return [...merged.values(), ...others];
}

export const quotedList = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

function printRule(rule: PolicyRule): string {
  const parts = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ] as const;
  const shown = parts.flatMap(([name, values]) => (values === undefined || values.length === 0 ? [] : [`${name}:${quotedList(values)}`]));
  return `{${shown.join(', ')}}`;
}

/** Rules as a refusal lists them: one a line, sorted. */
export const printRules = (rules: readonly PolicyRule[]): string => [...new Set(compact(rules).map(printRule))].toSorted().join('\n');
