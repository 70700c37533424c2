// Decides what a Pod needs next, from its spec and what the runtime has: a sandbox, containers to start, containers to end.
//
// P1. Pure: time enters only through what probes concluded; back-off is applied by whoever carries the plan out.
// P2. Whatever is wrong with the sandbox ends every container in it: they cannot outlive its network.
// P3. A Pod whose containers are all done is ended, sidecars included, and never gets a new sandbox.

import type { Container } from '../../api/core/v1/container.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { ContainerKill, KillReason } from './container-decision.ts';
import { shouldStart, unknownMessage } from './container-decision.ts';
import { planInitContainers } from './init-plan.ts';
import { containerHash } from './labels.ts';
import type { ProbeVerdicts } from './probes/verdicts.ts';
import type { PodRuntime, RuntimeContainer } from './runtime-state.ts';
import { findContainer } from './runtime-state.ts';

export interface PodPlan {
  /** End all containers and the sandbox first. */
  readonly killPod: boolean;
  /** The attempt of the sandbox to make; undefined when there is a good one or none is wanted. */
  readonly sandbox: { readonly attempt: number; readonly replaces: boolean } | undefined;
  readonly kill: readonly ContainerKill[];
  /** Names of containers to start, in order. */
  readonly startEphemeral: readonly string[];
  readonly startInit: readonly string[];
  readonly start: readonly string[];
}

const NOTHING: PodPlan = { killPod: false, sandbox: undefined, kill: [], startEphemeral: [], startInit: [], start: [] };

/** What the Pod needs now. */
export function planPod(pod: Pod, runtime: PodRuntime, verdicts: ProbeVerdicts): PodPlan {
  const { wanted, attempt } = sandboxNeed(pod, runtime);
  return wanted ? planNewSandbox(pod, runtime, attempt) : planContainers(pod, runtime, verdicts);
}

/** Whether the Pod has no sandbox that its containers could run in, and the number of the next one. */
export function sandboxNeed(pod: Pod, { sandboxes }: PodRuntime): { readonly wanted: boolean; readonly attempt: number } {
  const [newest] = sandboxes;
  if (newest === undefined) return { wanted: true, attempt: 0 };
  const hostNetwork = pod.spec.hostNetwork === true;
  const broken =
    !newest.ready ||
    sandboxes.filter(({ ready }) => ready).length > 1 ||
    newest.hostNetwork !== hostNetwork ||
    (!hostNetwork && newest.ips.length === 0);
  return { wanted: broken, attempt: broken ? newest.attempt + 1 : newest.attempt };
}

function planNewSandbox(pod: Pod, runtime: PodRuntime, attempt: number): PodPlan {
  const ended: PodPlan = { ...NOTHING, killPod: true };
  if (!couldRestart(pod) && attempt !== 0 && runtime.containers.length > 0) return ended;
  const start = pod.spec.containers.filter((container) => !ranToSuccess(pod, container, runtime)).map(({ name }) => name);
  if (start.length === 0 && anyRegularContainer(pod, runtime)) return ended;
  const sandbox = { attempt, replaces: runtime.sandboxes.length > 0 };
  const [firstInit] = pod.spec.initContainers ?? [];
  return firstInit === undefined ? { ...ended, sandbox, start } : { ...ended, sandbox, startInit: [firstInit.name] };
}

/** Whether any container of the Pod may ever run again after it ended. */
function couldRestart(pod: Pod): boolean {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].some(
    ({ restartPolicy, restartPolicyRules = [] }) => (restartPolicy ?? pod.spec.restartPolicy) !== 'Never' || restartPolicyRules.length > 0,
  );
}

function ranToSuccess(pod: Pod, container: Container, runtime: PodRuntime): boolean {
  const runsOnce = (container.restartPolicy ?? pod.spec.restartPolicy) === 'OnFailure';
  const last = findContainer(runtime, container.name);
  return runsOnce && last?.state === 'exited' && last.exitCode === 0;
}

/** Whether some regular container was ever made, so that initialization is over. */
export function anyRegularContainer(pod: Pod, runtime: PodRuntime): boolean {
  return pod.spec.containers.some(({ name }) => (findContainer(runtime, name)?.state ?? 'unknown') !== 'unknown');
}

function planContainers(pod: Pod, runtime: PodRuntime, verdicts: ProbeVerdicts): PodPlan {
  const startEphemeral = (pod.spec.ephemeralContainers ?? [])
    .filter(({ name }) => findContainer(runtime, name) === undefined)
    .map(({ name }) => name);
  const init = planInitContainers(pod, runtime, verdicts);
  const so: PodPlan = { ...NOTHING, startEphemeral, killPod: init.failed, kill: init.kill, startInit: init.start };
  if (init.failed || !init.initialized) return so;

  const start: string[] = [];
  const kill: ContainerKill[] = [...init.kill];
  let kept = 0;
  for (const container of pod.spec.containers) {
    const last = findContainer(runtime, container.name);
    if (last?.state !== 'running') {
      if (!shouldStart(pod, container, last)) continue;
      start.push(container.name);
      // Nobody knows whether it runs: never have two of one name.
      if (last?.state === 'unknown') kill.push({ container: last, message: unknownMessage('Container'), reason: 'other' });
      continue;
    }
    const end = reasonToEnd(pod, container, last, verdicts);
    if (end === undefined) kept++;
    else {
      if (end.restart) start.push(container.name);
      kill.push({ container: last, message: end.restart ? `${end.message}, will be restarted` : end.message, reason: end.reason });
    }
  }
  const done = kept === 0 && start.length === 0;
  return { ...so, kill, start, killPod: done, startInit: done ? [] : so.startInit };
}

interface End {
  readonly message: string;
  readonly reason: KillReason;
  readonly restart: boolean;
}

function reasonToEnd(pod: Pod, container: Container, running: RuntimeContainer, verdicts: ProbeVerdicts): End | undefined {
  const restart = (container.restartPolicy ?? pod.spec.restartPolicy) !== 'Never';
  const { name } = container;
  if (running.hash !== containerHash(container)) return { message: `Container ${name} definition changed`, reason: 'other', restart: true };
  if (verdicts.liveness(running.id) === 'failure')
    return { message: `Container ${name} failed liveness probe`, reason: 'liveness', restart };
  if (verdicts.startup(running.id) === 'failure') return { message: `Container ${name} failed startup probe`, reason: 'startup', restart };
  return undefined;
}
