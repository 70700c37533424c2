// Decides which init containers to start or end: ordinary ones one after another, sidecars kept running beside what follows.
//
// I1. Read from the last to the first: what ran longest ago may have been cleaned up, the newest trace counts.
// I2. Once a regular container was made, only sidecars matter.

import type { Container } from '../../api/core/v1/container.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { isSidecar } from '../../api/core/v1/pod-resources.ts';
import type { ContainerKill } from './container-decision.ts';
import { shouldStart, unknownMessage } from './container-decision.ts';
import { containerHash } from './labels.ts';
import type { ProbeVerdicts } from './probes/verdicts.ts';
import type { PodRuntime, RuntimeContainer } from './runtime-state.ts';
import { findContainer } from './runtime-state.ts';

export interface InitPlan {
  /** Regular containers may run. */
  readonly initialized: boolean;
  /** An init container failed for good: the Pod is over. */
  readonly failed: boolean;
  readonly start: readonly string[];
  readonly kill: readonly ContainerKill[];
}

interface Step {
  readonly start?: 'this' | 'next';
  readonly kill?: ContainerKill;
  /** This container no longer holds up those after it. */
  readonly passed?: boolean;
  readonly failed?: boolean;
}

/** What the init containers need now. */
export function planInitContainers(pod: Pod, runtime: PodRuntime, verdicts: ProbeVerdicts): InitPlan {
  const { initContainers = [] } = pod.spec;
  if (initContainers.length === 0) return { initialized: true, failed: false, start: [], kill: [] };
  let initialized = regularContainerRuns(pod, runtime);
  let laterSeen = initialized;
  const start = new Set<number>();
  const kill: ContainerKill[] = [];
  for (const [index, container] of [...initContainers.entries()].toReversed()) {
    const last = findContainer(runtime, container.name);
    if (last === undefined) {
      if (laterSeen && isSidecar(container)) start.add(index);
      continue;
    }
    if (laterSeen && !isSidecar(container)) continue;
    const step = isSidecar(container) ? sidecarStep(container, last, verdicts) : ordinaryStep(pod, container, last);
    if (step.failed === true) return { initialized: false, failed: true, start: [], kill };
    if (step.kill !== undefined) kill.push(step.kill);
    if (step.start === 'this') start.add(index);
    if (step.passed === true) {
      if (index === initContainers.length - 1) initialized = true;
      else if (!laterSeen) start.add(index + 1);
    }
    laterSeen = true;
  }
  if (!laterSeen) start.add(0);
  const names = [...start].toSorted((a, b) => a - b).map((index) => initContainers[index]?.name ?? '');
  return { initialized, failed: false, start: names, kill };
}

function regularContainerRuns(pod: Pod, runtime: PodRuntime): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = findContainer(runtime, name)?.state;
    return state === 'created' || state === 'running';
  });
}

function ordinaryStep(pod: Pod, container: Container, last: RuntimeContainer): Step {
  switch (last.state) {
    case 'created':
      return { start: 'this' };
    case 'running':
      return {};
    case 'exited':
      if (last.exitCode === 0) return { passed: true };
      return shouldStart(pod, container, last) ? { start: 'this' } : { failed: true };
    case 'unknown':
      if ((container.restartPolicy ?? pod.spec.restartPolicy) === 'Never') return { failed: true };
      return { start: 'this', kill: { container: last, message: unknownMessage('Init container'), reason: 'other' } };
  }
}

function sidecarStep(container: Container, last: RuntimeContainer, verdicts: ProbeVerdicts): Step {
  const kill = (message: string, reason: ContainerKill['reason']): ContainerKill => ({ container: last, message, reason });
  const { name } = container;
  switch (last.state) {
    case 'created':
    case 'exited':
      return { start: 'this' };
    case 'unknown':
      return { start: 'this', kill: kill(unknownMessage('Init container'), 'other') };
    case 'running': {
      const startup = container.startupProbe === undefined ? 'success' : verdicts.startup(last.id);
      if (startup === 'failure') return { start: 'this', kill: kill(`Init container ${name} failed startup probe`, 'startup') };
      if (startup !== 'success') return {};
      if (last.hash !== containerHash(container)) {
        return { passed: true, start: 'this', kill: kill(`Init container ${name} definition changed`, 'other') };
      }
      if (container.livenessProbe !== undefined && verdicts.liveness(last.id) === 'failure') {
        return { passed: true, start: 'this', kill: kill(`Init container ${name} failed liveness probe`, 'liveness') };
      }
      return { passed: true };
    }
  }
}
