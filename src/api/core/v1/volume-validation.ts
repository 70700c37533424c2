// Checks of the volumes of a Pod: names, exactly one source each, and what each source must say.

import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { duplicate, forbidden, invalid, required } from '../../../machinery/problem.ts';
import { quantitySign } from '../../../machinery/quantity.ts';
import { complaints, present, requiredChoice, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import * as network from './network-volume-validation.ts';
import { validatePersistentVolumeClaimTemplate } from './persistent-volume-claim-validation.ts';
import { validateDownwardVolume, validateObjectVolume, validateProjectedVolume } from './projected-volume-validation.ts';
import { descendingPath, noBacksteps } from './relative-path.ts';
import type { HostPathVolumeSource, ImageVolumeSource, Volume, VolumeSource } from './volume.ts';

/** What the checks of volumes must know of the Pod. */
export interface VolumeSurroundings {
  readonly isPod: boolean;
  readonly podName: string;
  readonly allowNonLocalTokenPath: boolean;
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const LONGEST_ISCSI_NAME = 64;

/** Checks the volumes; `sound` receives those without problems, which containers may mount. */
export function* validateVolumes(volumes: readonly Volume[], pod: VolumeSurroundings, sound: Map<string, Volume>, at: FieldPath): Problems {
  const claims = new Set(
    pod.podName === '' ? [] : volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${pod.podName}-${name}`),
  );
  for (const [index, volume] of volumes.entries()) {
    const here = at.index(index);
    const problems = [...validateVolume(volume, pod, here)];
    if (sound.has(volume.name)) problems.push(duplicate(here.child('name'), volume.name));
    yield* problems;
    if (problems.length === 0) sound.set(volume.name, volume);
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName !== undefined && claims.has(claimName))
      yield invalid(
        here.child('persistentVolumeClaim', 'claimName'),
        claimName,
        'must not reference a PVC that gets created for an ephemeral volume',
      );
  }
}

function* validateVolume(volume: Volume, pod: VolumeSurroundings, at: FieldPath): Problems {
  yield* validateSources(volume, pod, at);
  if (volume.name === '') yield required(at.child('name'));
  else yield* complaints(at.child('name'), volume.name, checkDns1123Label(volume.name));
}

type SourceChecks = {
  readonly [K in keyof VolumeSource]-?: (
    source: NonNullable<VolumeSource[K]>,
    at: FieldPath,
    volume: Volume,
    pod: VolumeSurroundings,
    volumeAt: FieldPath,
  ) => Problems;
};

// In the order of upstream's checks, which decides which of several sources is reported as superfluous.
const SOURCES: SourceChecks = {
  emptyDir: function* ({ sizeLimit }, at) {
    if (sizeLimit !== undefined && quantitySign(sizeLimit) < 0)
      yield forbidden(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity');
  },
  hostPath: validateHostPath,
  gitRepo: function* (source, at) {
    yield* network.needs(source, ['repository'], at);
    yield* descendingPath(at.child('directory'), source.directory ?? '');
  },
  gcePersistentDisk: function* (source, at) {
    yield* network.needs(source, ['pdName'], at);
    yield* network.validatePartition(source, at);
  },
  awsElasticBlockStore: function* (source, at) {
    yield* network.needs(source, ['volumeID'], at);
    yield* network.validatePartition(source, at);
  },
  secret: (source, at) => validateObjectVolume(source, source.secretName, 'secretName', at),
  nfs: network.validateNfs,
  iscsi: network.validateIscsi,
  glusterfs: (source, at) => network.needs(source, ['endpoints', 'path'], at),
  flocker: network.validateFlocker,
  persistentVolumeClaim: (source, at) => network.needs(source, ['claimName'], at),
  rbd: (source, at) => network.needs(source, ['monitors', 'image'], at),
  cinder: function* (source, at) {
    yield* network.needs(source, ['volumeID'], at);
    yield* network.namedSecret(source.secretRef, at.child('secretRef'));
  },
  cephfs: (source, at) => network.needs(source, ['monitors'], at),
  quobyte: network.validateQuobyte,
  downwardAPI: validateDownwardVolume,
  fc: network.validateFc,
  flexVolume: network.validateFlex,
  configMap: (source, at) => validateObjectVolume(source, source.name, 'name', at),
  azureFile: (source, at) => network.needs(source, ['secretName', 'shareName'], at),
  vsphereVolume: (source, at) => network.needs(source, ['volumePath'], at),
  photonPersistentDisk: (source, at) => network.needs(source, ['pdID'], at),
  portworxVolume: (source, at) => network.needs(source, ['volumeID'], at),
  azureDisk: network.validateAzureDisk,
  storageos: network.validateStorageOs,
  projected: (source, at, _volume, pod) => validateProjectedVolume(source, pod.allowNonLocalTokenPath, at),
  scaleIO: (source, at) => network.needs(source, ['gateway', 'system', 'volumeName'], at),
  csi: network.validateCsi,
  ephemeral: function* ({ volumeClaimTemplate }, at, volume, { podName }, volumeAt) {
    if (volumeClaimTemplate === undefined) yield required(at.child('volumeClaimTemplate'));
    else yield* validatePersistentVolumeClaimTemplate(volumeClaimTemplate, at.child('volumeClaimTemplate'));
    if (podName === '' || volume.name === '') return;
    const claim = `${podName}-${volume.name}`;
    const messages = nameIsDnsSubdomain(claim, false).map((message) => `PVC name ${JSON.stringify(claim)}: ${message}`);
    yield* complaints(volumeAt.child('name'), volume.name, messages);
  },
  image: validateImageVolume,
};

// Upstream calls some sources by other names in messages.
const REPORTED_AS: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };
const SUPERFLUOUS_AS: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function* validateSources(volume: Volume, pod: VolumeSurroundings, at: FieldPath): Problems {
  let seen = false;
  for (const name of Object.keys(SOURCES) as (keyof VolumeSource)[]) {
    if (volume[name] === undefined) continue;
    if (seen) yield forbidden(at.child(SUPERFLUOUS_AS[name] ?? name), 'may not specify more than 1 volume type');
    else yield* validateSource(name, volume, pod, at);
    seen = true;
    if (name === 'iscsi') yield* iscsiNameFits(volume, at);
  }
  if (!seen) yield required(at, 'must specify a volume type');
}

// TypeScript cannot see that a check and its source belong together when both are found by name.
function validateSource(name: keyof VolumeSource, volume: Volume, pod: VolumeSurroundings, at: FieldPath): Problems {
  const check = SOURCES[name] as (source: unknown, at: FieldPath, volume: Volume, pod: VolumeSurroundings, volumeAt: FieldPath) => Problems;
  return check(volume[name], at.child(REPORTED_AS[name] ?? name), volume, pod, at);
}

function* iscsiNameFits({ name, iscsi }: Volume, at: FieldPath): Problems {
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal}`.length <= LONGEST_ISCSI_NAME) return;
  const detail = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  yield invalid(at.child('name'), name, detail);
}

function* validateHostPath({ path, type }: HostPathVolumeSource, at: FieldPath): Problems {
  if (path === '') return yield required(at.child('path'));
  yield* noBacksteps(at.child('path'), path);
  yield* supported(at.child('type'), type, HOST_PATH_TYPES);
}

function* validateImageVolume(source: ImageVolumeSource, at: FieldPath, _volume: Volume, { isPod }: VolumeSurroundings): Problems {
  if (isPod) yield* present(at.child('reference'), source.reference);
  yield* requiredChoice(at.child('pullPolicy'), source.pullPolicy, PULL_POLICIES);
}
