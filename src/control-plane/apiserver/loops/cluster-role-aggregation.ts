// Fills ClusterRoles that gather the rules of others: by label selectors, in the order of the others' names, each rule once.

import { clusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import type { ClusterRole } from '../../../api/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../../../api/rbac/v1/rules.ts';
import { draftOf } from '../../../machinery/draft.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import type { Kind } from '../../../machinery/kind.ts';
import { matchesLabels } from '../../../machinery/selectors/label-selector.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import type { ChangeLoop } from './on-change.ts';

/** The rules that a role should have; undefined where it gathers none, or has them already. */
export function planAggregation(target: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] | undefined {
  const selectors = target.aggregationRule?.clusterRoleSelectors ?? [];
  if (target.aggregationRule === undefined) return undefined;
  const rules: PolicyRule[] = [];
  const byName = all.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  for (const selector of selectors) {
    for (const { metadata, rules: given } of byName) {
      if (metadata.name === target.metadata.name || !matchesLabels(selector, metadata.labels)) continue;
      for (const rule of given ?? []) if (!rules.some((other) => semanticEqual(other, rule))) rules.push(rule);
    }
  }
  return semanticEqual(rules, target.rules ?? []) ? undefined : rules;
}

export const clusterRoleAggregation: ChangeLoop = {
  name: 'clusterrole-aggregation',
  kinds: [clusterRole as Kind],
  everyMs: 600_000,
  async run({ client, lookups, signal }) {
    const all = lookups.cachedList(clusterRole);
    for (const target of all) {
      const rules = planAggregation(target, all);
      if (rules === undefined) continue;
      try {
        await client.update(clusterRole, { ...target, rules: draftOf(rules) }, { signal });
      } catch (error) {
        // It changed or went meanwhile, which wakes this loop again.
        if (!isStatus(error, 'Conflict', 'NotFound')) throw error;
      }
    }
  },
};
