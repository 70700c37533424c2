// Fields of a Pod by path, as the downward API shows them in files and variables.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { Outcome } from '../../../machinery/outcome.ts';
import { quote } from '../../../machinery/quote.ts';
import { lookup } from '../../../machinery/schema.ts';
import { sortedKeys } from '../../../machinery/string-map.ts';
import type { PodAddresses } from '../seams.ts';

const known = (value: string | undefined): Outcome<string> => ({ ok: true, value: value ?? '' });
const failed = (error: string): Outcome<string> => ({ ok: false, error });

/** One `key="value"` a line, in order of the keys. */
export function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  if (map === undefined) return '';
  return sortedKeys(map)
    .map((key) => `${key}=${quote(lookup(map, key) ?? '')}`)
    .join('\n');
}

/** `metadata.labels['a']` → path and key; undefined when there is no key. */
function splitSubscript(path: string): { path: string; key: string } | undefined {
  const open = path.indexOf("['");
  if (open <= 0 || !path.endsWith("']") || open + 2 > path.length - 2) return undefined;
  return { path: path.slice(0, open), key: path.slice(open + 2, -2) };
}

/** A field of a Pod's metadata. */
export function metadataField(pod: Pod, fieldPath: string): Outcome<string> {
  const { metadata } = pod;
  const subscript = splitSubscript(fieldPath);
  if (subscript !== undefined) return subscriptedField(pod, fieldPath, subscript);
  switch (fieldPath) {
    case 'metadata.annotations':
      return known(formatMap(metadata.annotations));
    case 'metadata.labels':
      return known(formatMap(metadata.labels));
    case 'metadata.name':
      return known(metadata.name);
    case 'metadata.namespace':
      return known(metadata.namespace);
    case 'metadata.uid':
      return known(metadata.uid);
    default:
      return failed(`unsupported fieldPath: ${fieldPath}`);
  }
}

function subscriptedField({ metadata }: Pod, fieldPath: string, { path, key }: { path: string; key: string }): Outcome<string> {
  const isAnnotation = path === 'metadata.annotations';
  if (!isAnnotation && path !== 'metadata.labels') return failed(`fieldPath ${quote(fieldPath)} does not support subscript`);
  const problems = checkQualifiedName(isAnnotation ? key.toLowerCase() : key);
  if (problems.length > 0) return failed(`invalid key subscript in ${fieldPath}: ${problems.join(';')}`);
  return known(lookup(isAnnotation ? metadata.annotations : metadata.labels, key));
}

/** A field as a variable shows it: metadata, and what only the node knows. */
export function variableField(pod: Pod, fieldPath: string, { podIPs, hostIPs }: PodAddresses): Outcome<string> {
  switch (fieldPath) {
    case 'spec.nodeName':
      return known(pod.spec.nodeName);
    case 'spec.serviceAccountName':
      return known(pod.spec.serviceAccountName);
    case 'status.hostIP':
      return known(hostIPs[0]);
    case 'status.hostIPs':
      return known(hostIPs.join(','));
    case 'status.podIP':
      return known(podIPs[0]);
    case 'status.podIPs':
      return known(podIPs.join(','));
    default:
      return metadataField(pod, fieldPath);
  }
}
