// Whether a container that ended is to run again: its own policy and rules first, the Pod's policy otherwise.

import type { Container, ContainerRestartRule } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

type RestartingContainer = Pick<Container, 'restartPolicy' | 'restartPolicyRules'>;

function ruleMatches({ exitCodes }: ContainerRestartRule, exitCode: number): boolean {
  if (exitCodes === undefined) return false;
  const listed = (exitCodes.values ?? []).includes(exitCode);
  return exitCodes.operator === 'In' ? listed : exitCodes.operator === 'NotIn' && !listed;
}

/** The first rule that speaks of the exit code. */
export function matchingRestartRule(container: RestartingContainer, exitCode: number): ContainerRestartRule | undefined {
  return (container.restartPolicyRules ?? []).find((rule) => ruleMatches(rule, exitCode));
}

/** Whether the container is to run again after it ended with the exit code; rules count only beside a policy of its own. */
export function containerShouldRestart(container: RestartingContainer, pod: Pick<PodSpec, 'restartPolicy'>, exitCode: number): boolean {
  if (container.restartPolicy !== undefined && matchingRestartRule(container, exitCode) !== undefined) return true;
  const policy = container.restartPolicy ?? pod.restartPolicy;
  return policy === 'OnFailure' ? exitCode !== 0 : policy !== 'Never';
}

/** Whether some rule could restart all containers at once. */
export function allContainersCouldRestart(spec: Pick<PodSpec, 'containers' | 'initContainers'>): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some((container) =>
    (container.restartPolicyRules ?? []).some(({ action }) => action === 'RestartAllContainers'),
  );
}
