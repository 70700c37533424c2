// Which files a ConfigMap, Secret or downward API source becomes. Pure: contents come in, files go out.

import type { DownwardAPIVolumeFile, KeyToPath } from '../../../api/core/v1/projected-volume.ts';
import type { Node } from '../../../api/core/v1/node.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { Outcome } from '../../../machinery/outcome.ts';
import { failure, success } from '../../../machinery/outcome.ts';
import { containerResource } from '../environment/container-resource.ts';
import { metadataField } from '../environment/pod-field.ts';
import type { ReferencedData, ReferencedKind } from '../environment/referenced-data.ts';
import type { Payload, ProjectedFile } from './atomic-write.ts';

const MISSING_KEY = {
  ConfigMap: 'configmap references non-existent config key: ',
  Secret: 'references non-existent secret key: ',
} as const;

/** Files of a ConfigMap or Secret: all keys, or those that `items` name. */
export function dataPayload(
  kind: ReferencedKind,
  data: ReferencedData,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number,
  optional: boolean,
): Outcome<Payload> {
  const payload = new Map<string, ProjectedFile>();
  if (items === undefined || items.length === 0) {
    for (const [key, bytes] of [...data.text, ...data.binary]) payload.set(key, { data: bytes, mode: defaultMode });
    return success(payload);
  }
  for (const { key, path, mode = defaultMode } of items) {
    const bytes = data.text.get(key) ?? data.binary.get(key);
    if (bytes !== undefined) payload.set(path, { data: bytes, mode });
    else if (!optional) return failure(`${MISSING_KEY[kind]}${key}`);
  }
  return success(payload);
}

/** Files of the downward API. */
export function downwardPayload(
  items: readonly DownwardAPIVolumeFile[],
  pod: Pod,
  node: Node | undefined,
  defaultMode: number,
): Outcome<Payload> {
  const payload = new Map<string, ProjectedFile>();
  const problems: string[] = [];
  for (const { path, fieldRef, resourceFieldRef, mode = defaultMode } of items) {
    const value =
      fieldRef !== undefined
        ? metadataField(pod, fieldRef.fieldPath)
        : resourceFieldRef !== undefined
          ? containerResource(resourceFieldRef, pod, undefined, node)
          : success('');
    if (value.ok) payload.set(path, { data: Buffer.from(value.value), mode });
    else problems.push(value.error);
  }
  return problems.length === 0 ? success(payload) : failure(joinProblems(problems));
}

/** Several problems as one message. */
export const joinProblems = (problems: readonly string[]): string => {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
};
