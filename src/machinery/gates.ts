// Feature gates: fields of features that are off are dropped on write, unless the stored object uses them already.
//
// G1. Whether a field is in use is asked of the whole old object: one container that uses it lets all its siblings use it.
// G2. An optional struct that held nothing but dropped fields is dropped with them.
// G3. A struct below which no field is gated costs nothing.

import { resolveStruct } from './schema.ts';
import type { Draft, Field, SchemaNode, StructNode } from './schema.ts';

/** The gates that are off in Kubernetes 1.36 unless turned on. */
export const GATES_OFF: ReadonlySet<string> = new Set([
  'APIServingWithRoutine',
  'AllowUnsafeMalformedObjectDeletion',
  'CBORServingAndStorage',
  'CPUManagerPolicyAlphaOptions',
  'CRIListStreaming',
  'CSIVolumeHealth',
  'ClientsAllowCBOR',
  'ClientsPreferCBOR',
  'CloudControllerManagerWatchBasedRoutesReconciliation',
  'CloudControllerManagerWebhook',
  'ClusterTrustBundle',
  'ClusterTrustBundleProjection',
  'ConcurrentWatchObjectDecode',
  'ContainerStopSignals',
  'ControllerManagerReleaseLeaderElectionLockOnExit',
  'CoordinatedLeaderElection',
  'CrossNamespaceVolumeDataSource',
  'DRADeviceTaintRules',
  'DRAListTypeAttributes',
  'DRANodeAllocatableResources',
  'DRAResourcePoolStatus',
  'DRAWorkloadResourceClaims',
  'EventedPLEG',
  'GangScheduling',
  'GenericWorkload',
  'HPAScaleToZero',
  'ImageVolumeWithDigest',
  'InPlacePodVerticalScalingExclusiveCPUs',
  'InPlacePodVerticalScalingExclusiveMemory',
  'KubeletInUserNamespace',
  'LocalStorageCapacityIsolationFSQuotaMonitoring',
  'LoggingAlphaOptions',
  'ManifestBasedAdmissionControlConfig',
  'MaxUnavailableStatefulSet',
  'MemoryQoS',
  'MutablePVNodeAffinity',
  'NativeHistograms',
  'PersistentVolumeClaimUnusedSinceTime',
  'PodAndContainerStatsFromCRI',
  'PodCertificateRequest',
  'PodLevelResourceManagers',
  'PodLogsQuerySplitStreams',
  'PodsAPI',
  'QOSReserved',
  'ReduceDefaultCrashLoopBackOffDecay',
  'RuntimeClassInImageCriApi',
  'SELinuxMount',
  'SchedulerAsyncAPICalls',
  'ShardedListAndWatch',
  'StorageCapacityScoring',
  'StorageVersionAPI',
  'StorageVersionMigrator',
  'TaintTolerationComparisonOperators',
  'TopologyAwareWorkloadScheduling',
  'TopologyManagerPolicyAlphaOptions',
  'UserNamespacesHostNetworkSupport',
  'VolumeLimitScaling',
  'WindowsCPUAndMemoryAffinity',
  'WorkloadAwarePreemption',
  'WorkloadWithJob',
]);

/** The members of a struct that are gated themselves, or lead to gated fields. */
interface Plan {
  readonly gated: readonly { readonly name: string; readonly field: Field<unknown>; readonly gate: string }[];
  readonly deeper: readonly { readonly name: string; readonly each: 'value' | 'items'; readonly optional: boolean; readonly plan: Plan }[];
}

const plans = new WeakMap<StructNode, Plan | 'none'>();

function planOf(struct: StructNode): Plan | undefined {
  const known = plans.get(struct);
  if (known !== undefined) return known === 'none' ? undefined : known;
  // A struct that contains itself ends here; what it leads to is found on its first level.
  plans.set(struct, 'none');
  const gated: Plan['gated'][number][] = [];
  const deeper: Plan['deeper'][number][] = [];
  collect(struct, gated, deeper);
  if (gated.length === 0 && deeper.length === 0) return undefined;
  const plan = { gated, deeper };
  plans.set(struct, plan);
  return plan;
}

function collect(struct: StructNode, gated: Plan['gated'][number][], deeper: Plan['deeper'][number][]): void {
  for (const [name, field] of Object.entries(struct.fields)) {
    const { node, gate, inline, presence } = field;
    if (inline === true) {
      collect(resolveStruct(node as StructNode), gated, deeper);
      continue;
    }
    if (gate !== undefined) gated.push({ name, field, gate });
    const below = structBelow(node);
    const plan = below === undefined ? undefined : planOf(below.struct);
    if (below !== undefined && plan !== undefined) deeper.push({ name, each: below.each, optional: presence === 'pointer', plan });
  }
}

function structBelow(node: SchemaNode): { readonly struct: StructNode; readonly each: 'value' | 'items' } | undefined {
  if (node.type === 'struct' || node.type === 'lazy') return { struct: resolveStruct(node), each: 'value' };
  if (node.type !== 'list' && node.type !== 'map') return undefined;
  const below = structBelow(node.type === 'list' ? node.element.node : node.value.node);
  return below === undefined || below.each === 'items' ? undefined : { struct: below.struct, each: 'items' };
}

type Values = Record<string, unknown>;
type Visit = (plan: Plan, values: Values) => void;

function walk(plan: Plan, value: unknown, visit: Visit): void {
  if (typeof value !== 'object' || value === null) return;
  const values = value as Values;
  visit(plan, values);
  for (const { name, each, plan: below } of plan.deeper) {
    const inner = values[name];
    if (each === 'value') walk(below, inner, visit);
    else if (typeof inner === 'object' && inner !== null) for (const item of Object.values(inner)) walk(below, item, visit);
  }
}

/** Drops from `draft` the fields of gates that are off and that `old` does not use (G1). */
export function dropGated<T>(struct: StructNode<T>, draft: Draft<T>, old: T | undefined, off: ReadonlySet<string> = GATES_OFF): void {
  const plan = planOf(struct as StructNode);
  if (plan === undefined) return;
  const inUse = new Set<Field<unknown>>();
  walk(plan, old, ({ gated }, values) => {
    for (const { name, field } of gated) if (values[name] !== undefined) inUse.add(field);
  });
  drop(plan, draft as Values, ({ field, gate }) => off.has(gate) && !inUse.has(field));
}

/** Drops what is unwanted; says whether there was any. */
function drop(plan: Plan, values: Values, unwanted: (each: Plan['gated'][number]) => boolean): boolean {
  let dropped = false;
  for (const each of plan.gated) {
    if (values[each.name] === undefined || !unwanted(each)) continue;
    delete values[each.name];
    dropped = true;
  }
  for (const { name, each, optional, plan: below } of plan.deeper) {
    const inner = values[name];
    if (typeof inner !== 'object' || inner === null) continue;
    for (const value of each === 'value' ? [inner] : (Object.values(inner) as unknown[])) {
      if (typeof value !== 'object' || value === null) continue;
      if (!drop(below, value as Values, unwanted)) continue;
      dropped = true;
      if (optional && each === 'value' && Object.keys(value).length === 0) delete values[name]; // G2
    }
  }
  return dropped;
}
