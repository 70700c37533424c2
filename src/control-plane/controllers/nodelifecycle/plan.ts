// What becomes of a Node by what its kubelet says, or no longer says.

import type { Node, NodeCondition } from '../../../api/core/v1/node.ts';
import type { Taint } from '../../../api/core/v1/toleration.ts';
import { printTime } from '../../../machinery/timestamp.ts';

/** How long a kubelet may be silent. */
export const MONITOR_GRACE_MS = 50_000;
/** The same, before it has said anything. */
export const STARTUP_GRACE_MS = 60_000;

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

const TAINT_BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const OWN_NO_SCHEDULE: ReadonlySet<string> = new Set([
  UNSCHEDULABLE,
  ...Object.values(TAINT_BY_CONDITION).flatMap((byStatus) => Object.values(byStatus)),
]);
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

export const readyCondition = ({ status }: Node): NodeCondition | undefined =>
  (status.conditions ?? []).find(({ type }) => type === 'Ready');
export const isNodeReady = (node: Node): boolean => readyCondition(node)?.status === 'True';

/** How long until the silence has lasted too long; zero or less: it has. */
export const silentForTooLongInMs = (node: Node, heardMs: number, nowMs: number): number =>
  heardMs + (readyCondition(node) === undefined ? STARTUP_GRACE_MS : MONITOR_GRACE_MS) - nowMs;

/** The conditions of a Node nobody hears from; undefined where they say so already. */
export function silentConditions({ status, metadata }: Node, nowMs: number): readonly NodeCondition[] | undefined {
  const conditions = [...(status.conditions ?? [])];
  const at = printTime(nowMs);
  let changed = false;
  for (const type of REPORTED) {
    const position = conditions.findIndex((condition) => condition.type === type);
    const present = conditions[position];
    if (present?.status === 'Unknown') continue;
    changed = true;
    const never = {
      type,
      status: 'Unknown',
      lastHeartbeatTime: metadata.creationTimestamp ?? at,
      lastTransitionTime: at,
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    };
    if (present === undefined) conditions.push(never);
    else
      conditions[position] = {
        ...present,
        status: 'Unknown',
        lastTransitionTime: at,
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      };
  }
  return changed ? conditions : undefined;
}

/** The taints that a Node's conditions call for; undefined where it has just those. `evict`: whether NoExecute may be among them. */
export function taintsFor(node: Node, evict: boolean, nowMs: number): readonly Taint[] | undefined {
  const wanted: Taint[] = [];
  for (const { type, status } of node.status.conditions ?? []) {
    const key = TAINT_BY_CONDITION[type]?.[status];
    if (key === undefined) continue;
    wanted.push({ key, effect: 'NoSchedule' });
    if (type === 'Ready' && evict) wanted.push({ key, effect: 'NoExecute' });
  }
  if (node.spec.unschedulable === true) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  const present = node.spec.taints ?? [];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const kept = present.filter((taint) => !isOwn(taint) || wanted.some((each) => same(each, taint)));
  const added = wanted
    .filter((each) => !present.some((taint) => same(each, taint)))
    .map((each) => ({ ...each, timeAdded: printTime(nowMs) }));
  return added.length === 0 && kept.length === present.length ? undefined : [...kept, ...added];
}

function isOwn({ key, effect }: Taint): boolean {
  if (effect === 'NoExecute') return key === NOT_READY || key === UNREACHABLE;
  return effect === 'NoSchedule' && OWN_NO_SCHEDULE.has(key);
}
