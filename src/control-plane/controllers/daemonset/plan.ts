// Which Pods a DaemonSet needs to make or to delete, and its status.

import type { DaemonSet, DaemonSetStatus } from '../../../api/apps/v1/daemon-set.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { isPodAvailable, isPodReady } from '../../../api/core/v1/pod-conditions.ts';
import { scaleIntOrPercent } from '../../../machinery/int-or-string.ts';
import type { IntOrString } from '../../../machinery/schema.ts';
import { fitOf, isUpdated, targetNodeOf } from './daemon-pod.ts';

/** More than this many Pods are neither made nor deleted in one go. */
const BURST = 250;

export interface DaemonView {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** The Pods that it controls. */
  readonly pods: readonly Pod[];
  readonly hash: string;
  readonly nowMs: number;
  /** How long the replacement of failed Pods on a node must wait yet. */
  failureWaitMs(nodeName: string): number;
}

export interface DaemonPlan {
  /** Names of nodes that need a Pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  readonly failed: readonly Pod[];
  readonly events: readonly (readonly [type: 'Normal' | 'Warning', reason: string, message: string])[];
  readonly againInMs: number | undefined;
}

const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

function byNode(pods: readonly Pod[]): Map<string, Pod[]> {
  return Map.groupBy(pods, targetNodeOf);
}

/** Bound Pods first, then by age. */
function byStanding(a: Pod, b: Pod): number {
  const order = ({ spec, metadata }: Pod): string =>
    `${(spec.nodeName ?? '') === '' ? 1 : 0} ${metadata.creationTimestamp} ${metadata.name}`;
  return order(a) < order(b) ? -1 : 1;
}

const surgeOf = ({ spec }: DaemonSet, desired: number): number => share(spec.updateStrategy.rollingUpdate?.maxSurge, desired);

function share(value: IntOrString | undefined, desired: number): number {
  const scaled = scaleIntOrPercent(value ?? 0, desired, true);
  return scaled.ok ? scaled.value : 0;
}

/** Makes the plan; pure. First every node is put right, and only then the template rolls on. */
export function plan(view: DaemonView): DaemonPlan {
  const placement = place(view);
  const { set } = view;
  const settled = placement.create.length === 0 && placement.remove.length === 0;
  if (!settled || set.spec.updateStrategy.type !== 'RollingUpdate') return limited(placement);
  return limited({ ...placement, ...roll(view) });
}

const limited = (whole: DaemonPlan): DaemonPlan => ({
  ...whole,
  create: whole.create.slice(0, BURST),
  remove: whole.remove.slice(0, BURST),
});

function place(view: DaemonView): DaemonPlan {
  const { set, nodes, pods, hash } = view;
  const present = byNode(pods);
  const [create, remove, failed]: [string[], Pod[], Pod[]] = [[], [], []];
  const events: [type: 'Normal' | 'Warning', reason: string, message: string][] = [];
  const waits: number[] = [];
  const surges = surgeOf(set, nodes.length) > 0;
  for (const node of nodes) {
    const name = node.metadata.name ?? '';
    const own = present.get(name) ?? [];
    const { shouldRun, mayStay } = fitOf(node, set);
    if (shouldRun && own.length === 0) create.push(name);
    else if (!mayStay) remove.push(...own.filter((pod) => !isGoing(pod)));
    else {
      const running: Pod[] = [];
      for (const pod of own.filter((each) => !isGoing(each))) {
        const { namespace, name: podName } = pod.metadata;
        if (pod.status.phase === 'Failed') {
          const waitMs = view.failureWaitMs(name);
          if (waitMs > 0) waits.push(waitMs);
          else {
            failed.push(pod);
            events.push([
              'Warning',
              'FailedDaemonPod',
              `Found failed daemon pod ${namespace}/${podName} on node ${name}, will try to kill it`,
            ]);
          }
        } else if (pod.status.phase === 'Succeeded') {
          remove.push(pod);
          events.push([
            'Normal',
            'SucceededDaemonPod',
            `Found succeeded daemon pod ${namespace}/${podName} on node ${name}, will try to delete it`,
          ]);
        } else running.push(pod);
      }
      running.sort(byStanding);
      if (!surges) remove.push(...running.slice(1));
      else if (running.length === 0 && shouldRun) create.push(name);
      else remove.push(...surplusOf(running, view, hash));
    }
  }
  // Pods whose node is gone or was never named belong nowhere.
  const known = new Set(nodes.map(({ metadata }) => metadata.name ?? ''));
  remove.push(...pods.filter((pod) => (pod.spec.nodeName ?? '') === '' && !known.has(targetNodeOf(pod)) && !isGoing(pod)));
  return { create, remove: [...remove, ...failed], failed, events, againInMs: waits.length > 0 ? Math.min(...waits) : undefined };
}

/** While surging a node may have one Pod of the old and one of the new template, until the new one is available. */
function surplusOf(running: readonly Pod[], { set, nowMs }: DaemonView, hash: string): Pod[] {
  const updated = running.filter((pod) => isUpdated(pod, set, hash));
  const old = running.filter((pod) => !updated.includes(pod));
  const surplus = [...updated.slice(1), ...old.slice(1)];
  const [newest, eldest] = [updated[0], old[0]];
  const isReplaced =
    newest !== undefined && eldest !== undefined && (!isPodReady(eldest) || isPodAvailable(newest, set.spec.minReadySeconds ?? 0, nowMs));
  return isReplaced ? [...surplus, eldest] : surplus;
}

/** Replaces Pods of old templates, as many at a time as may be missing, or be there twice. */
function roll(view: DaemonView): Pick<DaemonPlan, 'create' | 'remove'> {
  const { set, nodes, pods, hash, nowMs } = view;
  const desired = nodes.filter((node) => fitOf(node, set).shouldRun).length;
  const surge = surgeOf(set, desired);
  const unavailable = Math.max(share(set.spec.updateStrategy.rollingUpdate?.maxUnavailable, desired), surge === 0 ? 1 : 0);
  const available = (pod: Pod): boolean => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs);
  const [atOnce, candidates]: [Pod[], Pod[]] = [[], []];
  let busy = 0;
  for (const own of byNode(pods).values()) {
    const live = own.filter((pod) => !isGoing(pod));
    const old = live.filter((pod) => !isUpdated(pod, set, hash));
    const updated = live.find((pod) => isUpdated(pod, set, hash));
    const [eldest] = old;
    if (surge > 0) {
      if (eldest !== undefined && updated === undefined) (available(eldest) ? candidates : atOnce).push(eldest);
      else if (eldest !== undefined) busy++;
    } else if (eldest === undefined) busy += updated !== undefined && available(updated) ? 0 : 1;
    else if (available(eldest)) candidates.push(eldest);
    else {
      atOnce.push(eldest);
      busy++;
    }
  }
  const room = Math.max(0, (surge > 0 ? surge : unavailable) - busy);
  const chosen = [...atOnce, ...candidates.slice(0, room)];
  return surge > 0 ? { create: chosen.map(targetNodeOf), remove: [] } : { create: [], remove: chosen };
}

/** The status that describes what is seen. */
export function statusOf({ set, nodes, pods, hash, nowMs }: DaemonView): DaemonSetStatus {
  const present = byNode(pods);
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const node of nodes) {
    const [first] = (present.get(node.metadata.name ?? '') ?? []).toSorted(byStanding);
    if (!fitOf(node, set).shouldRun) {
      if (first !== undefined) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (first === undefined) continue;
    counts.current++;
    if (isPodReady(first)) counts.ready++;
    if (isPodAvailable(first, set.spec.minReadySeconds ?? 0, nowMs)) counts.available++;
    if (isUpdated(first, set, hash)) counts.updated++;
  }
  return {
    ...set.status,
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: counts.updated,
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
  };
}
