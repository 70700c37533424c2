// The conditions of a Deployment: replacing one keeps its place in time where nothing turned.

import type { DeploymentCondition } from '../../../api/apps/v1/deployment.ts';

type Conditions = readonly DeploymentCondition[];

export const findCondition = (conditions: Conditions, type: string): DeploymentCondition | undefined =>
  conditions.find((each) => each.type === type);
export const withoutCondition = (conditions: Conditions, type: string): Conditions => conditions.filter((each) => each.type !== type);

/** The conditions with `next`; nothing changes where status and reason are the same already. */
export function withCondition(conditions: Conditions, next: DeploymentCondition): Conditions {
  const present = findCondition(conditions, next.type);
  if (present?.status === next.status && present.reason === next.reason) return conditions;
  const lastTransitionTime = present?.status === next.status ? present.lastTransitionTime : next.lastTransitionTime;
  return [...withoutCondition(conditions, next.type), { ...next, lastTransitionTime }];
}

/** The condition with which a Deployment tells how its rollout goes. */
export function progressing(status: 'True' | 'False' | 'Unknown', reason: string, message: string, at: string): DeploymentCondition {
  return { type: 'Progressing', status, lastUpdateTime: at, lastTransitionTime: at, reason, message };
}
