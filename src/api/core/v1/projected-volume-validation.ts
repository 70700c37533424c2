// Checks of volumes made of API objects: keys to paths, the downward API, projections of several sources.

import { validateDomainPrefixedKey } from '../../../machinery/formats/dns.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { forbidden, invalid, required, tooLong } from '../../../machinery/problem.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { byteLength, complaints, present, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { internalForm } from './internal-pod-spec.ts';
import { validateObjectFieldSelector, validateResourceFieldSelector, VOLUME_FIELDS } from './key-selector-validation.ts';
import type {
  ClusterTrustBundleProjection,
  ConfigMapProjection,
  DownwardAPIProjection,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  PodCertificateProjection,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from './projected-volume.ts';
import { nonReservedPath } from './relative-path.ts';
import { isKubernetesSigner, validateSignerName } from './signer-name.ts';

const HIGHEST_MODE = 0o777;
const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;
const SHORTEST_CERTIFICATE_SECONDS = 3600;
const LONGEST_CERTIFICATE_SECONDS = 7862400;
const LONGEST_KUBERNETES_CERTIFICATE_SECONDS = 86400;
const ANNOTATIONS_LIMIT_BYTES = 256 * 1024;
const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const CLASHING = 'conflicting duplicate paths';

/** File permission bits. */
export function* validateMode(mode: number | undefined, at: FieldPath): Problems {
  if (mode !== undefined && (mode < 0 || mode > HIGHEST_MODE))
    yield invalid(at, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}

function* validateKeyToPath(item: KeyToPath, at: FieldPath): Problems {
  yield* present(at.child('key'), item.key);
  yield* present(at.child('path'), item.path);
  yield* nonReservedPath(at.child('path'), item.path);
  yield* validateMode(item.mode, at.child('mode'));
}

/** Checks a volume made of one Secret or ConfigMap; `nameField` is what names it. */
export function* validateObjectVolume(
  source: { readonly items?: readonly KeyToPath[] | undefined; readonly defaultMode?: number | undefined },
  name: string | undefined,
  nameField: string,
  at: FieldPath,
): Problems {
  yield* present(at.child(nameField), name);
  yield* validateMode(source.defaultMode, at.child('defaultMode'));
  for (const [index, item] of (source.items ?? []).entries()) yield* validateKeyToPath(item, at.child('items').index(index));
}

function* validateDownwardFile(file: DownwardAPIVolumeFile, at: FieldPath): Problems {
  const { path, fieldRef, resourceFieldRef, mode } = file;
  yield* present(at.child('path'), path);
  yield* nonReservedPath(at.child('path'), path);
  if (fieldRef !== undefined) {
    yield* validateObjectFieldSelector(fieldRef, VOLUME_FIELDS, at.child('fieldRef'));
    if (resourceFieldRef !== undefined) yield invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (resourceFieldRef !== undefined) yield* validateResourceFieldSelector(resourceFieldRef, true, at.child('resourceFieldRef'));
  else yield required(at, 'one of fieldRef and resourceFieldRef is required');
  yield* validateMode(mode, at.child('mode'));
}

export function* validateDownwardVolume(source: DownwardAPIVolumeSource, at: FieldPath): Problems {
  yield* validateMode(source.defaultMode, at.child('defaultMode'));
  for (const file of source.items ?? []) yield* validateDownwardFile(file, at);
}

/** Checks a projection; `allowNonLocalTokenPath` excuses what the stored Pod already has. */
export function* validateProjectedVolume(volume: ProjectedVolumeSource, allowNonLocalTokenPath: boolean, at: FieldPath): Problems {
  yield* validateMode(volume.defaultMode, at.child('defaultMode'));
  const paths = new PathRegister(at);
  for (const [index, source] of volume.sources.entries()) {
    const here = at.child('sources').index(index);
    yield* validateSource(source, paths, allowNonLocalTokenPath, here, at);
    if (Object.values(source).filter((each) => each !== undefined).length > 1)
      yield forbidden(here, 'may not specify more than 1 volume type per source');
  }
}

// Remembers which paths a projection fills, across all its sources. Upstream reports clashes at the volume.
class PathRegister {
  readonly #taken = new Set<string>();
  readonly #at: FieldPath;

  constructor(at: FieldPath) {
    this.#at = at;
  }

  *take(path: string, shown: string): Problems {
    if (this.#taken.has(path)) yield invalid(this.#at, shown, CLASHING);
    this.#taken.add(path);
  }
}

function* validateSource(
  source: VolumeProjection,
  paths: PathRegister,
  allowNonLocalTokenPath: boolean,
  at: FieldPath,
  volume: FieldPath,
): Problems {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (secret !== undefined) yield* validateObjectProjection(secret, paths, at.child('secret'));
  if (configMap !== undefined) yield* validateObjectProjection(configMap, paths, at.child('configMap'));
  if (downwardAPI !== undefined) yield* validateDownwardProjection(downwardAPI, paths, at.child('downwardAPI'));
  if (serviceAccountToken !== undefined)
    yield* validateToken(serviceAccountToken, allowNonLocalTokenPath, at.child('serviceAccountToken'), volume.child('path'));
  if (clusterTrustBundle !== undefined) yield* validateTrustBundle(clusterTrustBundle, paths, at.child('clusterTrustBundle'));
  if (podCertificate !== undefined) yield* validatePodCertificate(podCertificate, paths, at.child('podCertificate'));
}

function* validateObjectProjection(projection: ConfigMapProjection, paths: PathRegister, at: FieldPath): Problems {
  yield* present(at.child('name'), projection.name);
  for (const [index, item] of (projection.items ?? []).entries()) {
    yield* validateKeyToPath(item, at.child('items').index(index));
    if (item.path !== '') yield* paths.take(item.path, projection.name ?? '');
  }
}

function* validateDownwardProjection(projection: DownwardAPIProjection, paths: PathRegister, at: FieldPath): Problems {
  for (const file of projection.items ?? []) {
    yield* validateDownwardFile(file, at);
    if (file.path !== '') yield* paths.take(file.path, file.path);
  }
}

function* validateToken(token: ServiceAccountTokenProjection, allowNonLocalPath: boolean, at: FieldPath, pathAt: FieldPath): Problems {
  const seconds = token.expirationSeconds ?? 0;
  if (seconds < SHORTEST_TOKEN_SECONDS)
    yield invalid(at.child('expirationSeconds'), seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > LONGEST_TOKEN_SECONDS)
    yield invalid(at.child('expirationSeconds'), seconds, 'may not specify a duration larger than 2^32 seconds');
  if (token.path === '') yield required(pathAt);
  else if (!allowNonLocalPath) yield* nonReservedPath(pathAt, token.path);
}

function* validateTrustBundle(bundle: ClusterTrustBundleProjection, paths: PathRegister, at: FieldPath): Problems {
  const { name, signerName, labelSelector, path } = bundle;
  if (name !== undefined && signerName !== undefined)
    yield invalid(at, internalForm('ClusterTrustBundleProjection', bundle), 'only one of name and signerName may be used');
  else if (name !== undefined) {
    if (name === '') yield required(at.child('name'), 'must be a valid object name');
    const messages = trustBundleNameMessages(name).map((message) => `not a valid clustertrustbundlename: ${message}`);
    yield* complaints(at.child('name'), name, messages);
    if (labelSelector !== undefined)
      yield invalid(at.child('labelSelector'), labelSelector, 'labelSelector must be unset if name is specified');
  } else if (signerName !== undefined) {
    if (signerName === '') yield required(at.child('signerName'), 'must be a valid signer name');
    yield* validateSignerName(signerName, at.child('signerName'));
    yield* validateLabelSelector(labelSelector, at.child('labelSelector'), {});
  } else yield required(at, 'either name or signerName must be specified');
  yield* present(at.child('path'), path);
  yield* nonReservedPath(at.child('path'), path);
  yield* paths.take(path, path);
}

// A bundle of a signer is named after it, with colons for slashes, so everything up to the last colon belongs to the signer.
function trustBundleNameMessages(name: string): readonly string[] {
  return nameIsDnsSubdomain(name.slice(name.lastIndexOf(':') + 1), false);
}

function* validatePodCertificate(certificate: PodCertificateProjection, paths: PathRegister, at: FieldPath): Problems {
  const { signerName = '', keyType = '', maxExpirationSeconds: seconds, userAnnotations = {} } = certificate;
  yield* validateSignerName(signerName, at.child('signerName'));
  yield* validateUserAnnotations(userAnnotations, at.child('userAnnotations'));
  yield* supported(at.child('keyType'), keyType, KEY_TYPES);
  if (seconds !== undefined) {
    const longest = isKubernetesSigner(signerName) ? LONGEST_KUBERNETES_CERTIFICATE_SECONDS : LONGEST_CERTIFICATE_SECONDS;
    const here = at.child('maxExpirationSeconds');
    if (seconds < SHORTEST_CERTIFICATE_SECONDS) yield invalid(here, seconds, 'if provided, maxExpirationSeconds must be >= 3600');
    if (seconds > longest) yield invalid(here, seconds, `if provided, maxExpirationSeconds must be <= ${longest}`);
  }
  let files = 0;
  for (const field of ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const) {
    const path = certificate[field] ?? '';
    if (path === '') continue;
    files += 1;
    yield* nonReservedPath(at.child(field), path);
    yield* paths.take(path, path);
  }
  if (files === 0) yield required(at, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath');
}

function* validateUserAnnotations(annotations: Readonly<Record<string, string>>, at: FieldPath): Problems {
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    yield* validateDomainPrefixedKey(at, key.toLowerCase());
    size += byteLength(key) + byteLength(value);
  }
  if (size > ANNOTATIONS_LIMIT_BYTES) yield tooLong(at, ANNOTATIONS_LIMIT_BYTES);
}
