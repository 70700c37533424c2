// The whole status of a Pod, from its spec, the runtime, the probes and what was reported before. Pure.
//
// P1. A Pod never leaves a terminal phase, and never loses an address or a start time.
// P2. What others own of the status is carried over as it is.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { isTerminalPhase } from '../../../api/core/v1/pod-phase.ts';
import { qosClassOf } from '../../../api/core/v1/pod-qos.ts';
import type { Container } from '../../../api/core/v1/container.ts';
import { isSidecar, podLimits, podRequests } from '../../../api/core/v1/pod-resources.ts';
import type { ContainerStatus, PodCondition, PodStatus } from '../../../api/core/v1/pod-status.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { ProbeVerdicts } from '../probes/verdicts.ts';
import { findContainer, runtimeIps } from '../runtime-state.ts';
import { sandboxNeed } from '../sync-plan.ts';
import { OWNED_CONDITIONS, podConditions } from './conditions.ts';
import { containerStatuses } from './container-statuses.ts';
import type { StatusFacts } from './container-statuses.ts';
import type { PodPhase } from './phase.ts';
import { podPhase } from './phase.ts';

/** Why the kubelet ended a Pod, whatever its containers say. */
export interface Verdict {
  readonly reason: string;
  readonly message: string;
}

export interface PodStatusFacts extends StatusFacts {
  readonly verdicts: ProbeVerdicts;
  readonly hostIPs: readonly string[];
  readonly nowMs: number;
  /** All containers have been ended for good. */
  readonly ended: boolean;
  /** The kubelet's own reason to fail the Pod (deadline, admission, eviction). */
  readonly failed?: Verdict | undefined;
}

/** What the kubelet reports of the Pod. */
export function buildPodStatus(facts: PodStatusFacts): PodStatus {
  const { pod, runtime } = facts;
  const initContainerStatuses = probed(facts, containerStatuses(facts, 'init'), pod.spec.initContainers ?? []);
  const regular = probed(facts, containerStatuses(facts, 'regular'), []);
  const ephemeral = containerStatuses(facts, 'ephemeral');
  const phase = nextPhase(facts, [...regular, ...initContainerStatuses]);
  const foreign = (pod.status.conditions ?? []).filter(({ type }) => !OWNED_CONDITIONS.has(type));
  const sandboxReady = !sandboxNeed(pod, runtime).wanted;
  const owned = podConditions({ pod, phase, sandboxReady, statuses: [...initContainerStatuses, ...regular], foreign });
  const { generation } = pod.metadata;
  return {
    ...carriedOver(pod.status),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    conditions: [...foreign, ...owned.map((condition) => withTimes(condition, pod.status.conditions, facts.nowMs))],
    ...explanation(facts, phase),
    ...addresses(facts, runtimeIps(runtime)),
    startTime: pod.status.startTime ?? printTime(facts.nowMs),
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses: regular,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
    qosClass: qosClassOf(pod.spec),
    ...podResources(pod),
  };
}

function carriedOver(status: PodStatus): Partial<PodStatus> {
  const { nominatedNodeName, resize, resourceClaimStatuses, extendedResourceClaimStatus } = status;
  return {
    ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }),
    ...(resize === undefined ? {} : { resize }),
    ...(resourceClaimStatuses === undefined ? {} : { resourceClaimStatuses }),
    ...(extendedResourceClaimStatus === undefined ? {} : { extendedResourceClaimStatus }),
  };
}

function podResources(pod: Pod): Partial<PodStatus> {
  const requests = podRequests(pod.spec);
  const limits = podLimits(pod.spec);
  const asked = pod.spec.resources === undefined ? {} : { resources: { limits, requests } };
  return Object.keys(requests).length === 0 ? asked : { ...asked, allocatedResources: requests };
}

function nextPhase(facts: PodStatusFacts, statuses: readonly ContainerStatus[]): PodPhase {
  const { pod, runtime, ended, failed } = facts;
  const reported = pod.status.phase;
  if (reported === 'Succeeded' || reported === 'Failed') return reported;
  if (failed !== undefined) return 'Failed';
  const everStarted = pod.spec.containers.some(({ name }) => {
    const state = findContainer(runtime, name)?.state;
    return state === 'running' || state === 'created';
  });
  return podPhase(pod.spec, statuses, ended, everStarted);
}

function explanation({ pod, failed }: PodStatusFacts, phase: PodPhase): Partial<PodStatus> {
  const kept = phase === pod.status.phase ? pod.status : undefined;
  const reason = isTerminalPhase(pod.status.phase) ? pod.status.reason : (failed?.reason ?? kept?.reason);
  const message = isTerminalPhase(pod.status.phase) ? pod.status.message : (failed?.message ?? kept?.message);
  return { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
}

function addresses({ pod, hostIPs }: PodStatusFacts, ips: readonly string[]): Partial<PodStatus> {
  const own = pod.spec.hostNetwork === true ? hostIPs : ips;
  const podIPs = own.length > 0 ? own.map((ip) => ({ ip })) : (pod.status.podIPs ?? []);
  const [hostIP] = hostIPs;
  const [podIP] = podIPs;
  return {
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(podIP === undefined ? {} : { podIP: podIP.ip, podIPs }),
  };
}

function withTimes(condition: PodCondition, reported: readonly PodCondition[] | undefined, nowMs: number): PodCondition {
  const before = (reported ?? []).find(({ type }) => type === condition.type);
  const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
  return { ...condition, lastTransitionTime: since ?? printTime(nowMs) };
}

/** `started` and `ready`: by the probes that a container has. */
function probed(
  facts: PodStatusFacts,
  statuses: readonly ContainerStatus[],
  initContainers: readonly Container[],
): readonly ContainerStatus[] {
  const { pod, verdicts } = facts;
  return statuses.map((status) => {
    const init = initContainers.find(({ name }) => name === status.name);
    const container = init ?? pod.spec.containers.find(({ name }) => name === status.name);
    const running = status.state.running !== undefined;
    const id = idOf(status);
    const started = running && (container?.startupProbe === undefined || verdicts.startup(id) === 'success');
    if (init !== undefined && !isSidecar(init)) return { ...status, started, ready: status.state.terminated?.exitCode === 0 };
    return { ...status, started, ready: started && (container?.readinessProbe === undefined || verdicts.readiness(id) === 'success') };
  });
}

const idOf = ({ containerID = '' }: ContainerStatus): string => containerID.slice(containerID.indexOf('//') + 2);
