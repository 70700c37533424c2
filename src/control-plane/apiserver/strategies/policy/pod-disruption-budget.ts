// How a PodDisruptionBudget is written: what is reset, kept and counted.

import { podDisruptionBudget } from '../../../../api/policy/v1/pod-disruption-budget.ts';
import { resource, statusOnly } from '../resource.ts';

export const podDisruptionBudgetStrategy = resource(podDisruptionBudget, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  allowsUnconditionalUpdate: false,
  subresources: { status: statusOnly() },
});
