// The files of a volume that is made of API objects, wherever they come from, and which objects these are.

import type { Pod } from '../../../api/core/v1/pod.ts';
import type { ProjectedVolumeSource, VolumeProjection } from '../../../api/core/v1/projected-volume.ts';
import type { Volume } from '../../../api/core/v1/volume.ts';
import { isAbort } from '../../../base/abort.ts';
import type { Outcome } from '../../../machinery/outcome.ts';
import { failure, success } from '../../../machinery/outcome.ts';
import { missingObject, readingProblem } from '../environment/referenced-data.ts';
import type { ReferencedData } from '../environment/referenced-data.ts';
import type { KubeletParts } from '../seams.ts';
import type { Payload, ProjectedFile } from './atomic-write.ts';
import type { Reference } from './object-watches.ts';
import { dataPayload, downwardPayload, joinProblems } from './payload.ts';
import type { PodTokens } from './pod-tokens.ts';

const DEFAULT_MODE = 0o644;
const TOKEN_MODE = 0o600;
const NO_DATA: ReferencedData = { text: new Map(), binary: new Map() };

/** Reads one object; undefined where there is none. */
export type ReadObject = (reference: Reference) => Promise<ReferencedData | undefined>;

/** Every source as a projection, so that there is one way to read them. */
export function projectionOf({ configMap, secret, downwardAPI, projected }: Volume): ProjectedVolumeSource | undefined {
  if (projected !== undefined) return projected;
  if (configMap !== undefined) return { sources: [{ configMap }], defaultMode: configMap.defaultMode };
  if (secret !== undefined) return { sources: [{ secret: { ...secret, name: secret.secretName ?? '' } }], defaultMode: secret.defaultMode };
  if (downwardAPI !== undefined) return { sources: [{ downwardAPI }], defaultMode: downwardAPI.defaultMode };
  return undefined;
}

/** The ConfigMaps and Secrets that a volume shows. */
export function referencesOf(volume: Volume, namespace: string): Reference[] {
  return (projectionOf(volume)?.sources ?? []).flatMap((source) => referenceOf(source, namespace) ?? []);
}

function referenceOf({ configMap, secret }: VolumeProjection, namespace: string): Reference | undefined {
  if (configMap !== undefined) return { kind: 'ConfigMap', namespace, name: configMap.name ?? '' };
  return secret && { kind: 'Secret', namespace, name: secret.name ?? '' };
}

/** Whether the volume shows fields of its Pod that may change while it runs. */
export const showsPod = (volume: Volume): boolean =>
  (projectionOf(volume)?.sources ?? []).some(({ downwardAPI }) => downwardAPI !== undefined);

/** The one user that all containers run as, who then owns the Pod's tokens. */
export function commonUser({ spec }: Pod): number | undefined {
  const users = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].map(
    ({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
  );
  const [first] = users;
  return first !== undefined && users.every((user) => user === first) ? Number(first) : undefined;
}

export interface ContentOptions {
  readonly parts: KubeletParts;
  readonly pod: Pod;
  readonly volume: Volume;
  readonly tokens: PodTokens;
  readonly read: ReadObject;
}

/** All files of the volume; the problems of all its sources together when it cannot be made. */
export async function volumeContent(options: ContentOptions, signal: AbortSignal): Promise<Outcome<Payload>> {
  const { sources, defaultMode = DEFAULT_MODE } = projectionOf(options.volume) ?? { sources: [] };
  const payload = new Map<string, ProjectedFile>();
  const problems: string[] = [];
  for (const [index, source] of sources.entries()) {
    const part = await contentOf(options, source, index, defaultMode, signal);
    if (!part.ok) problems.push(part.error);
    else for (const [path, file] of part.value) payload.set(path, file);
  }
  return problems.length === 0 ? success(payload) : failure(joinProblems(problems));
}

async function contentOf(
  { parts, pod, volume, tokens, read }: ContentOptions,
  source: VolumeProjection,
  index: number,
  defaultMode: number,
  signal: AbortSignal,
): Promise<Outcome<Payload>> {
  try {
    if (source.downwardAPI !== undefined) return downwardPayload(source.downwardAPI.items ?? [], pod, parts.node(), defaultMode);
    if (source.serviceAccountToken !== undefined) {
      const token = await tokens.get(pod, volume.name, index, source.serviceAccountToken, signal);
      return success(new Map([[source.serviceAccountToken.path, tokenFile(pod, token, defaultMode)]]));
    }
    const reference = referenceOf(source, pod.metadata.namespace ?? '');
    if (reference === undefined) return failure('the kind of projection is not supported');
    const { items, optional = false } = source.configMap ?? source.secret ?? {};
    const data = await read(reference);
    if (data === undefined && !optional) return failure(missingObject(reference.kind, reference.name));
    return dataPayload(reference.kind, data ?? NO_DATA, items, defaultMode, optional);
  } catch (error) {
    if (isAbort(error, signal)) throw error;
    return failure(readingProblem(error));
  }
}

function tokenFile(pod: Pod, token: string, defaultMode: number): ProjectedFile {
  const user = commonUser(pod);
  // A group gets its right to read from fsGroup; nobody else needs one.
  const mode = user !== undefined || pod.spec.securityContext?.fsGroup !== undefined ? TOKEN_MODE : defaultMode;
  return { data: Buffer.from(token), mode, ...(user === undefined ? {} : { user }) };
}
