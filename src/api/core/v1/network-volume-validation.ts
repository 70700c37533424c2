// Checks of volumes that live on other machines or in a cloud: what each sort must name.

import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { invalid, notSupported, required, tooLong } from '../../../machinery/problem.ts';
import { complaints, present, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
} from './network-volume.ts';
import type { LocalObjectReference } from './references.ts';
import type { CSIVolumeSource } from './volume.ts';

const MANAGED_DISK = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const LONGEST_DRIVER = 63;
const LONGEST_TENANT = 64;

/** Requires some text fields and nothing else: the check of most network volumes. */
export function* needs<K extends string>(
  source: { readonly [Name in K]?: string | readonly unknown[] | undefined },
  names: readonly K[],
  at: FieldPath,
): Problems {
  for (const name of names) if ((source[name] ?? '').length === 0) yield required(at.child(name));
}

/** A secret reference that, where present, names its secret. */
export function* namedSecret(reference: LocalObjectReference | undefined, at: FieldPath): Problems {
  if (reference !== undefined) yield* present(at.child('name'), reference.name);
}

/** A disk with a partition number. */
export function* validatePartition(source: AWSElasticBlockStoreVolumeSource | GCEPersistentDiskVolumeSource, at: FieldPath): Problems {
  const partition = source.partition ?? 0;
  if (partition < 0 || partition > 255) yield invalid(at.child('partition'), partition, 'must be between 1 and 255, inclusive');
}

export function* validateNfs(source: NFSVolumeSource, at: FieldPath): Problems {
  yield* needs(source, ['server', 'path'], at);
  if (!source.path.startsWith('/')) yield invalid(at.child('path'), source.path, 'must be an absolute path');
}

const IQN = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[A-Za-z0-9]{16}$/;
const NAA = /^naa.[A-Za-z0-9]{32}$/;

function* validateInitiator(name: string, at: FieldPath): Problems {
  const pattern = { iqn: IQN, eui: EUI, naa: NAA }[name.slice(0, 3)];
  if (pattern === undefined) yield invalid(at, name, 'must be valid format starting with iqn, eui, or naa');
  else if (!pattern.test(name)) yield invalid(at, name, 'must be valid format');
}

export function* validateIscsi(source: ISCSIVolumeSource, at: FieldPath): Problems {
  yield* needs(source, ['targetPortal', 'iqn'], at);
  if (source.iqn !== '') yield* validateInitiator(source.iqn, at.child('iqn'));
  yield* validateLun(source.lun, at.child('lun'));
  const authenticates = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticates && source.secretRef === undefined) yield required(at.child('secretRef'));
  if (source.initiatorName !== undefined) yield* validateInitiator(source.initiatorName, at.child('initiatorname'));
}

function* validateLun(lun: number, at: FieldPath): Problems {
  if (lun < 0 || lun > 255) yield invalid(at, lun, 'must be between 0 and 255, inclusive');
}

export function* validateFc(source: FCVolumeSource, at: FieldPath): Problems {
  const { targetWWNs = [], wwids = [], lun } = source;
  if (targetWWNs.length === 0 && wwids.length === 0)
    yield required(at.child('targetWWNs'), 'must specify either targetWWNs or wwids, but not both');
  if (targetWWNs.length > 0 && wwids.length > 0)
    yield invalid(at.child('targetWWNs'), targetWWNs, 'targetWWNs and wwids can not be specified simultaneously');
  if (targetWWNs.length === 0) return;
  if (lun === undefined) yield required(at.child('lun'), 'lun is required if targetWWNs is specified');
  else yield* validateLun(lun, at.child('lun'));
}

export function* validateQuobyte(source: QuobyteVolumeSource, at: FieldPath): Problems {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const { registry, tenant = '' } = source;
  if (registry === '') yield required(at.child('registry'), pairs);
  else if (tenant.length > LONGEST_TENANT)
    yield required(at.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters');
  else
    for (const pair of registry.split(','))
      if (!/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) yield invalid(at.child('registry'), registry, pairs);
  yield* needs(source, ['volume'], at);
}

export function* validateFlocker(source: FlockerVolumeSource, at: FieldPath): Problems {
  const { datasetName = '', datasetUUID = '' } = source;
  if (datasetName === '' && datasetUUID === '') yield required(at, 'one of datasetName and datasetUUID is required');
  if (datasetName !== '' && datasetUUID !== '')
    yield invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  if (datasetName.includes('/')) yield invalid(at.child('datasetName'), datasetName, "must not contain '/'");
}

export function* validateFlex(source: FlexVolumeSource, at: FieldPath): Problems {
  yield* needs(source, ['driver'], at);
  for (const key of Object.keys(source.options ?? {})) {
    const domain = `.${(key.split('/', 1)[0] ?? key).toLowerCase()}`;
    if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io'))
      yield invalid(at.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved');
  }
}

export function* validateAzureDisk(source: AzureDiskVolumeSource, at: FieldPath): Problems {
  const { kind, diskURI } = source;
  yield* needs(source, ['diskName', 'diskURI'], at);
  yield* supported(at.child('cachingMode'), source.cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
  yield* supported(at.child('kind'), kind, ['Dedicated', 'Managed', 'Shared']);
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/')) yield notSupported(at.child('diskURI'), diskURI, [MANAGED_DISK]);
  if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://'))
    yield notSupported(at.child('diskURI'), diskURI, [BLOB_DISK]);
}

export function* validateStorageOs(source: StorageOSVolumeSource, at: FieldPath): Problems {
  const { volumeName = '', volumeNamespace = '' } = source;
  if (volumeName === '') yield required(at.child('volumeName'));
  else yield* complaints(at.child('volumeName'), volumeName, checkDns1123Label(volumeName));
  if (volumeNamespace !== '') yield* complaints(at.child('volumeNamespace'), volumeNamespace, checkDns1123Label(volumeNamespace));
  yield* namedSecret(source.secretRef, at.child('secretRef'));
}

/** The name of a CSI driver. */
export function* validateCsiDriverName(driver: string, at: FieldPath): Problems {
  if (driver === '') return yield required(at);
  if (driver.length > LONGEST_DRIVER) yield tooLong(at, LONGEST_DRIVER);
  yield* complaints(at, driver, checkDns1123Subdomain(driver.toLowerCase()));
}

export function* validateCsi(source: CSIVolumeSource, at: FieldPath): Problems {
  yield* validateCsiDriverName(source.driver, at.child('driver'));
  if (source.nodePublishSecretRef === undefined) return;
  const name = source.nodePublishSecretRef.name ?? '';
  if (name === '') yield required(at.child('nodePublishSecretRef', 'name'));
  else yield* complaints(at.child('name'), name, nameIsDnsSubdomain(name, false));
}
