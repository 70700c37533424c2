// Checks of PersistentVolumes: one source, a capacity, and a source that stays.

import { semanticEqual } from '../../../machinery/equality.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { printQuantity, quantitySign } from '../../../machinery/quantity.ts';
import { complaints, supported, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { validateNodeSelector } from './affinity-validation.ts';
import * as network from './network-volume-validation.ts';
import { validateBasicAmount } from './persistent-volume-claim-update.ts';
import type { CSIPersistentVolumeSource, PersistentVolumeSource, PersistentVolumeSpec } from './persistent-volume.ts';
import type { SecretReference } from './references.ts';
import { noBacksteps } from './relative-path.ts';
import { unifiedDiff } from './unified-diff.ts';

interface VolumeObject extends KubeObject {
  readonly spec: PersistentVolumeSpec;
}

type SourceChecks = {
  readonly [K in keyof PersistentVolumeSource]-?: (source: NonNullable<PersistentVolumeSource[K]>, at: FieldPath) => Problems;
};

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];

/** Checks a volume, by itself and against the stored one. */
export function* validatePersistentVolume(next: VolumeObject, old: VolumeObject | undefined, at: FieldPath): Problems {
  const { spec } = next;
  const here = at.child('spec');
  yield* validateVolumeSpec(spec, false, here);
  if (old === undefined) return;
  const before = sourceOf(old.spec);
  const after = sourceOf(spec);
  // A secret for expansion may be given later.
  if (old.spec.csi?.controllerExpandSecretRef === undefined && after.csi !== undefined && before.csi !== undefined)
    after.csi = { ...after.csi, controllerExpandSecretRef: undefined };
  if (!semanticEqual(before, after)) {
    const text = `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(before, after)}`;
    yield forbidden(here.child('persistentvolumesource'), text);
  }
  yield* unchanged(at.child('volumeMode'), spec.volumeMode, old.spec.volumeMode);
  if (old.spec.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    yield forbidden(here.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden');
}

/** Checks a spec; one that stands inline in an attachment has no life of its own. */
export function* validateVolumeSpec(spec: PersistentVolumeSpec, inline: boolean, at: FieldPath): Problems {
  if (inline) yield* validateInline(spec, at);
  yield* validateAccessModes(spec.accessModes ?? [], at.child('accessModes'));
  if (!inline) yield* validateCapacity(spec.capacity ?? {}, at.child('capacity'));
  const { persistentVolumeReclaimPolicy: policy = '', nodeAffinity } = spec;
  const reclaim = at.child('persistentVolumeReclaimPolicy');
  if (inline && policy !== '' && policy !== 'Retain') yield forbidden(reclaim, 'may only be Retain in the context of inline volumes');
  if (!inline && policy !== '') yield* supported(reclaim, policy, RECLAIM_POLICIES);
  if (nodeAffinity !== undefined && !inline) {
    const here = at.child('nodeAffinity', 'required');
    if (nodeAffinity.required === undefined) yield required(here, 'must specify required node constraints');
    else yield* validateNodeSelector(nodeAffinity.required, false, here);
  }
  yield* validateSources(spec, at);
  if (spec.hostPath !== undefined && /^\/*$/.test(spec.hostPath.path) && policy === 'Recycle')
    yield forbidden(reclaim, "may not be 'recycle' for a hostPath mount of '/'");
  yield* validateClasses(spec, inline, at);
}

function* validateInline(spec: PersistentVolumeSpec, at: FieldPath): Problems {
  const refusal = 'may not be specified in the context of inline volumes';
  if (spec.claimRef !== undefined) yield forbidden(at.child('claimRef'), refusal);
  if (Object.keys(spec.capacity ?? {}).length > 0) yield forbidden(at.child('capacity'), refusal);
  if (spec.csi === undefined) yield required(at.child('csi'), 'has to be specified in the context of inline volumes');
  if (spec.nodeAffinity !== undefined) yield forbidden(at.child('nodeAffinity'), refusal);
}

function* validateAccessModes(modes: readonly string[], at: FieldPath): Problems {
  if (modes.length === 0) yield required(at);
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) yield notSupported(at, mode, ACCESS_MODES);
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) yield forbidden(at, 'may not use ReadWriteOncePod with other access modes');
}

function* validateCapacity(capacity: Readonly<Record<string, string>>, at: FieldPath): Problems {
  const names = Object.keys(capacity);
  if (names.length === 0) yield required(at);
  if (!names.includes('storage') || names.length > 1) yield notSupported(at, names.length === 0 ? null : capacity, ['storage']);
  for (const [name, amount] of Object.entries(capacity)) {
    yield* validateBasicAmount(amount, at.key(name));
    if (quantitySign(amount) <= 0) yield invalid(at.key(name), printQuantity(amount), 'must be greater than zero');
  }
}

function* validateClasses(spec: PersistentVolumeSpec, inline: boolean, at: FieldPath): Problems {
  const { storageClassName = '', volumeMode, volumeAttributesClassName: attributes } = spec;
  if (storageClassName !== '') {
    if (inline) yield forbidden(at.child('storageClassName'), 'may not be specified in the context of inline volumes');
    else yield* complaints(at.child('storageClassName'), storageClassName, checkDns1123Subdomain(storageClassName));
  }
  const mode = at.child('volumeMode');
  if (!inline) yield* supported(mode, volumeMode, ['Block', 'Filesystem']);
  else if (volumeMode !== undefined && volumeMode !== 'Filesystem')
    yield forbidden(mode, 'may not specify volumeMode other than Filesystem in the context of inline volumes');
  if (attributes === undefined) return;
  const here = at.child('volumeAttributesClassName');
  if (attributes === '') yield required(here, 'an empty string is disallowed');
  else yield* complaints(here, attributes, checkDns1123Subdomain(attributes));
  if (spec.csi === undefined) yield required(at.child('csi'), 'has to be specified when using volumeAttributesClassName');
}

function* secretReference(reference: SecretReference | undefined, at: FieldPath): Problems {
  if (reference === undefined) return;
  const { name = '', namespace = '' } = reference;
  if (name === '') yield required(at.child('name'));
  else yield* complaints(at.child('name'), name, checkDns1123Subdomain(name));
  if (namespace === '') yield required(at.child('namespace'));
  else yield* complaints(at.child('namespace'), namespace, checkDns1123Label(namespace));
}

function* validateCsi(source: CSIPersistentVolumeSource, at: FieldPath): Problems {
  yield* network.validateCsiDriverName(source.driver, at.child('driver'));
  if (source.volumeHandle === '') yield required(at.child('volumeHandle'));
  for (const name of ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const)
    yield* secretReference(source[name], at.child(name));
}

function* rootedPath(source: { readonly path: string }, at: FieldPath): Problems {
  if (source.path === '') yield required(at.child('path'));
  else yield* noBacksteps(at.child('path'), source.path);
}

function* withoutChecks(): Problems {
  yield* [];
}

/** In the order in which upstream looks at them. */
const SOURCES: SourceChecks = {
  hostPath: rootedPath,
  gcePersistentDisk: (source, at) => network.needs(source, ['pdName'], at),
  awsElasticBlockStore: (source, at) => network.needs(source, ['volumeID'], at),
  glusterfs: (source, at) => network.needs(source, ['endpoints', 'path'], at),
  flocker: network.validateFlocker,
  nfs: network.validateNfs,
  rbd: (source, at) => network.needs(source, ['monitors', 'image'], at),
  quobyte: network.validateQuobyte,
  cephfs: (source, at) => network.needs(source, ['monitors'], at),
  iscsi: (source, at) => network.needs(source, ['targetPortal', 'iqn'], at),
  cinder: (source, at) => network.needs(source, ['volumeID'], at),
  fc: network.validateFc,
  flexVolume: (source, at) => network.needs(source, ['driver'], at),
  azureFile: (source, at) => network.needs(source, ['secretName', 'shareName'], at),
  vsphereVolume: (source, at) => network.needs(source, ['volumePath'], at),
  photonPersistentDisk: (source, at) => network.needs(source, ['pdID'], at),
  portworxVolume: (source, at) => network.needs(source, ['volumeID'], at),
  azureDisk: network.validateAzureDisk,
  scaleIO: (source, at) => network.needs(source, ['gateway', 'system', 'volumeName'], at),
  local: rootedPath,
  storageos: withoutChecks,
  csi: validateCsi,
};

const SOURCE_NAMES = Object.keys(SOURCES) as (keyof SourceChecks)[];

function* validateSources(spec: PersistentVolumeSpec, at: FieldPath): Problems {
  let found = 0;
  for (const name of SOURCE_NAMES) {
    if (spec[name] === undefined) continue;
    found += 1;
    if (found > 1) yield forbidden(at.child(name), 'may not specify more than 1 volume type');
    else yield* validateSource(name, spec, at.child(name));
  }
  if (found === 0) yield required(at, 'must specify a volume type');
}

// TypeScript cannot see that a check and its source belong together when both are found by name.
function validateSource(name: keyof SourceChecks, spec: PersistentVolumeSpec, at: FieldPath): Problems {
  const check = SOURCES[name] as (source: unknown, at: FieldPath) => Problems;
  return check(spec[name], at);
}

function sourceOf(spec: PersistentVolumeSpec): { -readonly [K in keyof PersistentVolumeSource]: PersistentVolumeSource[K] } {
  return Object.fromEntries(SOURCE_NAMES.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]])));
}
