// Feature gates: fields of features that are off are dropped on write, unless the stored object uses them already.
//
// G1. Whether a field is in use is asked of the whole old object: one container that uses it lets all its siblings use it.
// G2. A struct below which no field is gated costs nothing.

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
  readonly deeper: readonly { readonly name: string; readonly each: 'value' | 'items'; readonly plan: Plan }[];
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
    const { node, gate, inline } = field;
    if (inline === true) {
      collect(resolveStruct(node as StructNode), gated, deeper);
      continue;
    }
    if (gate !== undefined) gated.push({ name, field, gate });
    const below = structBelow(node);
    const plan = below === undefined ? undefined : planOf(below.struct);
    if (below !== undefined && plan !== undefined) deeper.push({ name, each: below.each, plan });
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
  walk(plan, draft, ({ gated }, values) => {
    for (const { name, field, gate } of gated) if (off.has(gate) && !inUse.has(field)) delete values[name];
  });
}
