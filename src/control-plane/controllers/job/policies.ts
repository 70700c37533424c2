// What a Job's failure and success policies say.

import type { Job, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule, SuccessPolicy } from '../../../api/batch/v1/job.ts';
import { countIndexes } from '../../../api/batch/v1/completion-indexes.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { ContainerStatus } from '../../../api/core/v1/pod-status.ts';
import { overlap, readIndexes } from './indexes.ts';
import type { Intervals } from './indexes.ts';

/** How a failed Pod counts. `failsJob` is the message with which the whole Job fails. */
export interface FailureVerdict {
  readonly counts: boolean;
  readonly failsIndex: boolean;
  readonly failsJob: string | undefined;
}

const COUNTS: FailureVerdict = { counts: true, failsIndex: false, failsJob: undefined };

/** Applies the first rule that matches the failed Pod. */
export function judgeFailure({ spec }: Job, failed: Pod): FailureVerdict {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const because = matchRule(rule, failed);
    if (because === undefined) continue;
    if (rule.action === 'Ignore') return { ...COUNTS, counts: false };
    if (rule.action === 'FailIndex') return { ...COUNTS, failsIndex: true };
    if (rule.action === 'FailJob') return { ...COUNTS, failsJob: `${because} matching FailJob rule at index ${index}` };
    if (rule.action === 'Count') return COUNTS;
  }
  return COUNTS;
}

function matchRule({ onExitCodes, onPodConditions }: PodFailurePolicyRule, { metadata, status }: Pod): string | undefined {
  const { namespace, name } = metadata;
  if (onExitCodes !== undefined) {
    const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
    const found = all.find((each) => matchesExitCode(onExitCodes, each));
    return found === undefined
      ? undefined
      : `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${found.state.terminated?.exitCode}`;
  }
  const condition = (status.conditions ?? []).find(({ type, status: value }) =>
    (onPodConditions ?? []).some((pattern) => pattern.type === type && pattern.status === value),
  );
  return condition === undefined ? undefined : `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function matchesExitCode(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { name, state }: ContainerStatus,
): boolean {
  const exitCode = state.terminated?.exitCode ?? 0;
  if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
  return operator === 'In' ? values.includes(exitCode) : operator === 'NotIn' && !values.includes(exitCode);
}

/** Why the Job counts as successful before all its indexes are; undefined when no rule says so. */
export function successMessage(policy: SuccessPolicy | undefined, completions: number, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined;
  const matched = (policy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && countIndexes(succeeded) >= succeededCount;
    const required = readIndexes(succeededIndexes, completions);
    if (required.length === 0) return false;
    const present = overlap(required, succeeded);
    return present === countIndexes(required) || (succeededCount !== undefined && present >= succeededCount);
  });
  return matched === -1 ? undefined : `Matched rules at index ${matched}`;
}
