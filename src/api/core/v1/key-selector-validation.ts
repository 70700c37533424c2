// Checks of references to one key or field: ConfigMap and Secret keys, files, the downward API.

import { checkConfigMapKey, checkRelaxedEnvVarName } from '../../../machinery/formats/identifier.ts';
import { checkDns1123Label } from '../../../machinery/formats/dns.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { nameIsDnsSubdomain } from '../../../machinery/names.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import { isZeroQuantity, printQuantity } from '../../../machinery/quantity.ts';
import { complaints, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { ConfigMapKeySelector, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector } from './key-selectors.ts';
import { noBacksteps } from './relative-path.ts';

/** Field paths that an environment variable may show. */
export const ENVIRONMENT_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Field paths that a downward API volume may show. */
export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

const POD_FIELDS = new Set([...ENVIRONMENT_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);

/** `metadata.labels['app']` taken apart; a path without subscript has none. */
export function splitSubscript(fieldPath: string): { readonly path: string; readonly subscript: string | undefined } {
  const open = fieldPath.indexOf("['");
  if (open <= 0 || !fieldPath.endsWith("']")) return { path: fieldPath, subscript: undefined };
  return { path: fieldPath.slice(0, open), subscript: fieldPath.slice(open + 2, -2) };
}

function conversionError(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  const { path, subscript } = splitSubscript(fieldPath);
  if (subscript !== undefined) {
    const subscripted = path === 'metadata.annotations' || path === 'metadata.labels';
    return subscripted ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return POD_FIELDS.has(fieldPath) || fieldPath === 'spec.host' ? undefined : `field label not supported: ${fieldPath}`;
}

/** Checks a field of the Pod shown in a variable or file; `fields` are those allowed without subscript. */
export function* validateObjectFieldSelector(selector: ObjectFieldSelector, fields: readonly string[], at: FieldPath): Problems {
  const { apiVersion = '', fieldPath } = selector;
  if (apiVersion === '') return yield required(at.child('apiVersion'));
  if (fieldPath === '') return yield required(at.child('fieldPath'));
  const error = conversionError(apiVersion, fieldPath);
  if (error !== undefined) return yield invalid(at.child('fieldPath'), fieldPath, `error converting fieldPath: ${error}`);
  const { path, subscript } = splitSubscript(fieldPath);
  if (subscript === undefined) yield* supported(at.child('fieldPath'), path === 'spec.host' ? 'spec.nodeName' : path, fields);
  else {
    const key = path === 'metadata.annotations' ? subscript.toLowerCase() : subscript;
    yield* complaints(at, key, checkQualifiedName(key));
  }
}

const RESOURCE_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(requests|limits)\.hugepages-/;
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** Checks a resource of a container shown in a variable or file; a volume must name the container. */
export function* validateResourceFieldSelector(selector: ResourceFieldSelector, inVolume: boolean, at: FieldPath): Problems {
  const { containerName = '', resource, divisor } = selector;
  if (inVolume && containerName === '') yield required(at.child('containerName'));
  else if (resource === '') yield required(at.child('resource'));
  else if (!HUGE_PAGES.test(resource)) yield* supported(at.child('resource'), resource, RESOURCE_FIELDS);
  yield* validateDivisor(resource, divisor, at.child('divisor'));
}

function divisorsOf(resource: string): { readonly values: readonly string[]; readonly noun: string } | undefined {
  if (HUGE_PAGES.test(resource)) return { values: BYTE_DIVISORS, noun: 'hugepages' };
  switch (resource.replace(/^(requests|limits)\./, '')) {
    case 'memory':
      return { values: BYTE_DIVISORS, noun: 'memory' };
    case 'ephemeral-storage':
      return { values: BYTE_DIVISORS, noun: 'local ephemeral storage' };
    default:
      return undefined;
  }
}

function* validateDivisor(resource: string, divisor: string, at: FieldPath): Problems {
  if (divisor === '' || isZeroQuantity(divisor)) return;
  if (resource === 'limits.cpu' || resource === 'requests.cpu') {
    if (!['1m', '1'].includes(printQuantity(divisor)))
      yield invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  if (!RESOURCE_FIELDS.includes(resource) && !HUGE_PAGES.test(resource)) return;
  const divisors = divisorsOf(resource);
  if (divisors === undefined || divisors.values.includes(printQuantity(divisor))) return;
  yield invalid(at, resource, `only divisor's values ${divisors.values.join(', ')} are supported with the ${divisors.noun} resource`);
}

/** Checks a reference to a key of a ConfigMap or Secret. */
export function* validateKeySelector(selector: ConfigMapKeySelector, at: FieldPath): Problems {
  const name = selector.name ?? '';
  yield* complaints(at.child('name'), name, nameIsDnsSubdomain(name, false));
  if (selector.key === '') yield required(at.child('key'));
  else yield* complaints(at.child('key'), selector.key, checkConfigMapKey(selector.key));
}

/** Checks a reference to a variable in a file of a volume. */
export function* validateFileKeySelector(selector: FileKeySelector, at: FieldPath): Problems {
  const { key, volumeName, path } = selector;
  if (key === '') yield required(at.child('key'));
  else yield* complaints(at.child('key'), key, checkRelaxedEnvVarName(key));
  if (volumeName === '') yield required(at.child('volumeName'));
  else yield* complaints(at.child('volumeName'), volumeName, checkDns1123Label(volumeName));
  if (path === '') yield required(at.child('path'));
  else yield* noBacksteps(at.child('path'), path);
}
