// What the checks of a Pod's parts may know of the Pod around them, and of the stored Pod (ratcheting: what was accepted
// once stays acceptable).

import { checkLabelValue } from '../../../machinery/formats/label.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import type { LabelSelector } from '../../meta/v1/label-selector.ts';
import type { Container, EphemeralContainer } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import { isHugePages } from './resource-name.ts';
import { isDivisibleHugePages } from './resource-validation.ts';
import { nonReservedPath } from './relative-path.ts';
import { namespacedSysctlConflict } from './sysctl.ts';
import type { Volume } from './volume.ts';

/** What is accepted only because the stored object already has it. */
export interface PodRatchet {
  readonly initContainerRestartedOnResize: boolean;
  readonly invalidAffinityLabelValues: boolean;
  readonly invalidNodeAffinityLabelValues: boolean;
  readonly invalidSpreadSelector: boolean;
  readonly nonLocalTokenPath: boolean;
  readonly hostSysctls: boolean;
  readonly seLinuxChangePolicy: boolean;
  readonly userNamespaceDevices: boolean;
  readonly tolerationComparison: boolean;
  readonly hostUsersOnHostNetwork: boolean;
}

export interface PodSurroundings {
  readonly spec: PodSpec;
  /** A Pod itself, and not a template of Pods. */
  readonly isPod: boolean;
  /** The name of the Pod, '' for templates and names yet to be generated. */
  readonly podName: string;
  /** A Pod that only mirrors a static Pod of some node. */
  readonly isMirror: boolean;
  /** The sound volumes by name; filled by the check of volumes, which comes first. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claimNames: ReadonlySet<string>;
  readonly allowIndivisibleHugePages: boolean;
  readonly ratchet: PodRatchet;
}

type AnyContainer = Container | EphemeralContainer;

/** All containers with their paths: init, regular, ephemeral, as upstream visits them. */
export function* allContainers(spec: PodSpec, at: FieldPath): Iterable<readonly [AnyContainer, FieldPath]> {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [index, container] of (spec[list] ?? []).entries()) yield [container, at.child(list).index(index)];
}

/** Whether some stored amount of huge pages is no whole number of pages. */
export function usesIndivisibleHugePages(old: PodSpec | undefined): boolean {
  if (old === undefined) return false;
  const lists = [...allContainers(old, FieldPath.root)].flatMap(([{ resources }]) => [resources.limits, resources.requests]);
  return [...lists, old.overhead].some((list) =>
    Object.entries(list ?? {}).some(([name, amount]) => isHugePages(name) && !isDivisibleHugePages(name, amount)),
  );
}

const hasInvalidValues = (values: readonly string[] | undefined): boolean =>
  (values ?? []).some((value) => checkLabelValue(value).length > 0);
const selectorHasInvalidValues = (selector: LabelSelector | undefined): boolean =>
  (selector?.matchExpressions ?? []).some(({ values }) => hasInvalidValues(values));

function affinityHasInvalidValues({ affinity }: PodSpec): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((each) =>
    [
      ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ].some(
      ({ labelSelector, namespaceSelector }) => selectorHasInvalidValues(labelSelector) || selectorHasInvalidValues(namespaceSelector),
    ),
  );
}

function nodeAffinityHasInvalidValues({ affinity }: PodSpec): boolean {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.some(({ matchExpressions = [] }) => matchExpressions.some(({ values }) => hasInvalidValues(values)));
}

function hasNonLocalTokenPath({ volumes = [] }: PodSpec): boolean {
  const tokens = volumes
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ serviceAccountToken }) => serviceAccountToken ?? []);
  return tokens.some(({ path }) => [...nonReservedPath(FieldPath.root, path)].length > 0);
}

const isFalse = (value: boolean | undefined): boolean => value === false;

/** What the stored spec excuses; nothing when there is none. */
export function ratchetOf(old: PodSpec | undefined): PodRatchet {
  if (old === undefined) return NO_RATCHET;
  return {
    initContainerRestartedOnResize: (old.initContainers ?? []).some(
      ({ restartPolicy, resizePolicy = [] }) =>
        restartPolicy !== 'Always' && resizePolicy.some((each) => each.restartPolicy === 'RestartContainer'),
    ),
    invalidAffinityLabelValues: affinityHasInvalidValues(old),
    invalidNodeAffinityLabelValues: nodeAffinityHasInvalidValues(old),
    invalidSpreadSelector: (old.topologySpreadConstraints ?? []).some(
      ({ labelSelector }) => [...validateLabelSelector(labelSelector, FieldPath.root, {})].length > 0,
    ),
    nonLocalTokenPath: hasNonLocalTokenPath(old),
    hostSysctls: (old.securityContext?.sysctls ?? []).some(({ name }) => namespacedSysctlConflict(name, old) !== undefined),
    seLinuxChangePolicy: old.securityContext?.seLinuxChangePolicy !== undefined,
    userNamespaceDevices:
      isFalse(old.hostUsers) && [...allContainers(old, FieldPath.root)].some(([each]) => (each.volumeDevices ?? []).length > 0),
    tolerationComparison: (old.tolerations ?? []).some(({ operator }) => operator === 'Lt' || operator === 'Gt'),
    hostUsersOnHostNetwork: isFalse(old.hostUsers) && old.hostNetwork === true,
  };
}

const NO_RATCHET: PodRatchet = {
  initContainerRestartedOnResize: false,
  invalidAffinityLabelValues: false,
  invalidNodeAffinityLabelValues: false,
  invalidSpreadSelector: false,
  nonLocalTokenPath: false,
  hostSysctls: false,
  seLinuxChangePolicy: false,
  userNamespaceDevices: false,
  tolerationComparison: false,
  hostUsersOnHostNetwork: false,
};
