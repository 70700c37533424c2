// What may change of a claim: its volume once, its size while it is bound, its class while it has none.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { compareQuantity, quantityToNumber } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import { complaints, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
import type { PersistentVolumeClaimStatus } from './persistent-volume-claim.ts';
import { isNativeResource } from './resource-name.ts';
import { validateResourceAmount } from './resource-validation.ts';
import { unifiedDiff } from './unified-diff.ts';

interface ClaimObject extends KubeObject {
  readonly spec: PersistentVolumeClaimSpec;
  readonly status: PersistentVolumeClaimStatus;
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const RESIZE_STATUSES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

/** Checks a changed claim against the stored one. */
export function* validateClaimChange(next: ClaimObject, old: ClaimObject, at: FieldPath): Problems {
  const { spec } = next;
  const annotation = lookup(next.metadata.annotations, CLASS_ANNOTATION) ?? '';
  const oldAnnotation = lookup(old.metadata.annotations, CLASS_ANNOTATION) ?? '';
  const fromAnnotation = movesClass(next, old);
  if (!fromAnnotation && annotation !== oldAnnotation)
    yield invalid(at.child('metadata', 'annotations').key(CLASS_ANNOTATION), annotation, 'field is immutable');
  const here = at.child('spec');
  const compared = withAllowedChanges(next, old, fromAnnotation);
  const stored = (old.spec.volumeName ?? '') === '' ? { ...old.spec, volumeName: spec.volumeName } : old.spec;
  if (!semanticEqual(compared, stored)) {
    const difference = unifiedDiff(internalClaimSpec(stored), internalClaimSpec(compared));
    const text = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    yield forbidden(here, `${text}\n${difference}`);
  }
  const size = lookup(spec.resources.requests, 'storage') ?? '0';
  const shrinks = compareQuantity(size, lookup(old.spec.resources.requests, 'storage') ?? '0') < 0;
  if (shrinks && compareQuantity(size, lookup(old.status.capacity, 'storage') ?? '0') <= 0)
    yield forbidden(here.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity');
  yield* unchanged(at.child('volumeMode'), spec.volumeMode, old.spec.volumeMode);
  yield* validateAttributesClassChange(next, old, here.child('volumeAttributesClassName'));
}

/** Whether the class moves from the older annotation to its field. */
function movesClass({ metadata, spec }: ClaimObject, old: ClaimObject): boolean {
  const annotated = lookup(old.metadata.annotations, CLASS_ANNOTATION);
  const kept = lookup(metadata.annotations, CLASS_ANNOTATION) ?? annotated;
  return annotated !== undefined && old.spec.storageClassName === undefined && spec.storageClassName === annotated && kept === annotated;
}

/** The new spec with what may change taken from the old: what still differs may not. */
function withAllowedChanges({ spec, status }: ClaimObject, old: ClaimObject, fromAnnotation: boolean): PersistentVolumeClaimSpec {
  const annotated = lookup(old.metadata.annotations, CLASS_ANNOTATION) ?? spec.storageClassName;
  const fromNothing = spec.storageClassName !== undefined && old.spec.storageClassName === undefined && annotated === spec.storageClassName;
  const classMayChange = fromAnnotation || fromNothing;
  const bound = status.phase === 'Bound';
  const storage = lookup(old.spec.resources.requests, 'storage');
  const resized = bound && storage !== undefined && spec.resources.requests !== undefined;
  return {
    ...spec,
    ...(classMayChange ? { storageClassName: old.spec.storageClassName } : {}),
    ...(resized ? { resources: { ...spec.resources, requests: { ...spec.resources.requests, storage } } } : {}),
    ...(bound ? { volumeAttributesClassName: old.spec.volumeAttributesClassName } : {}),
  };
}

function* validateAttributesClassChange(next: ClaimObject, old: ClaimObject, at: FieldPath): Problems {
  const { volumeAttributesClassName: name } = next.spec;
  if (name === old.spec.volumeAttributesClassName || old.status.currentVolumeAttributesClassName === undefined) return;
  const because = 'is forbidden when status.currentVolumeAttributesClassName is not nil';
  if (name === undefined) yield forbidden(at, `update to nil ${because}`);
  else if (name === '') yield forbidden(at, `update to empty string ${because}`);
}

/** A spec as upstream's internal type prints it. */
function internalClaimSpec(spec: PersistentVolumeClaimSpec): object {
  return {
    AccessModes: spec.accessModes ?? null,
    Selector: spec.selector ?? null,
    Resources: { Limits: spec.resources.limits ?? null, Requests: spec.resources.requests ?? null },
    VolumeName: spec.volumeName ?? '',
    StorageClassName: spec.storageClassName ?? null,
    VolumeMode: spec.volumeMode ?? null,
    DataSource: spec.dataSource === undefined ? null : internalReference(spec.dataSource),
    DataSourceRef:
      spec.dataSourceRef === undefined
        ? null
        : { ...internalReference(spec.dataSourceRef), Namespace: spec.dataSourceRef.namespace ?? null },
    VolumeAttributesClassName: spec.volumeAttributesClassName ?? null,
  };
}

const internalReference = ({
  apiGroup = null,
  kind,
  name,
}: {
  apiGroup?: string | null | undefined;
  kind: string;
  name: string;
}): object => ({
  APIGroup: apiGroup,
  Kind: kind,
  Name: name,
});

/** Checks what controllers and kubelets report of a claim. */
export function* validateClaimStatus({ spec, status }: ClaimObject, at: FieldPath): Problems {
  if ((spec.accessModes ?? []).length === 0) yield required(at.child('Spec', 'accessModes'));
  const here = at.child('status');
  for (const [name, amount] of Object.entries(status.capacity ?? {})) yield* validateBasicAmount(amount, here.child('capacity').key(name));
  for (const [name, phase] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    yield* validateClaimResource(name, here.child('allocatedResourceStatuses'));
    if (!RESIZE_STATUSES.includes(phase)) yield notSupported(here.child('allocatedResourceStatuses'), name, RESIZE_STATUSES);
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    const problems = [...validateClaimResource(name, here.child('allocatedResources'))];
    yield* problems;
    if (problems.length === 0) yield* validateResourceAmount('storage', amount, here.child('allocatedResources').key(name));
  }
}

/** Upstream's oldest check of an amount. */
export function* validateBasicAmount(amount: string, at: FieldPath): Problems {
  const value = quantityToNumber(amount);
  if (value < 0) yield invalid(at, value, 'must be a valid resource quantity');
}

function* validateClaimResource(name: string, at: FieldPath): Problems {
  const messages = checkQualifiedName(name);
  yield* complaints(at, name, messages);
  if (messages.length === 0 && isNativeResource(name) && name !== 'storage') yield notSupported(at, name, ['storage']);
}
