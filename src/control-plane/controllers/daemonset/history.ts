// The revisions of a DaemonSet's template, kept as ControllerRevisions so that a rollout can be undone.

import type { ControllerRevision } from '../../../api/apps/v1/controller-revision.ts';
import type { DaemonSet } from '../../../api/apps/v1/daemon-set.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { podTemplateHash } from '../../../api/core/v1/pod-template-hash.ts';
import { semanticEqual } from '../../../machinery/equality.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { JsonObject } from '../../../machinery/schema.ts';
import { controllerReference } from '../../../runtime/workload/ownership.ts';
import { HASH_LABEL } from './daemon-pod.ts';

export interface History {
  /** The revision of the current template: as it stands, as it is to be written, or as it is to be made. */
  readonly current: ControllerRevision;
  readonly act: 'keep' | 'create' | 'update';
  readonly old: readonly ControllerRevision[];
  /** Others of the same template. */
  readonly duplicates: readonly ControllerRevision[];
}

/** The template as a patch that brings it back. */
export const patchOf = ({ spec }: DaemonSet): JsonObject => ({
  spec: { template: { ...(spec.template as object as JsonObject), $patch: 'replace' } },
});

export const hashOf = ({ metadata }: ControllerRevision): string => lookup(metadata.labels, HASH_LABEL) ?? metadata.name ?? '';

/** Sorts the revisions out; pure. */
export function historyOf(set: DaemonSet, revisions: readonly ControllerRevision[]): History {
  const data = patchOf(set);
  const sorted = revisions.toSorted((a, b) => Number(a.revision) - Number(b.revision));
  const same = sorted.filter((each) => semanticEqual(each.data, data));
  const old = sorted.filter((each) => !same.includes(each));
  const revision = Number(old.at(-1)?.revision ?? 0) + 1;
  const present = same.at(-1);
  if (present === undefined) return { current: newRevision(set, data, revision), act: 'create', old, duplicates: [] };
  const duplicates = same.slice(0, -1);
  if (Number(present.revision) >= revision) return { current: present, act: 'keep', old, duplicates };
  return { current: { ...present, revision }, act: 'update', old, duplicates };
}

function newRevision(set: DaemonSet, data: JsonObject, revision: number): ControllerRevision {
  const { metadata, spec, status } = set;
  const hash = podTemplateHash(spec.template, status.collisionCount);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace,
      labels: { ...spec.template.metadata.labels, [HASH_LABEL]: hash },
      annotations: metadata.annotations,
      ownerReferences: [controllerReference(set)],
    },
    data,
    revision,
  };
}

/** Old revisions that the limit has no room for, but for those that Pods still have; the eldest first. */
export function beyondLimit({ spec }: DaemonSet, old: readonly ControllerRevision[], pods: readonly Pod[]): readonly ControllerRevision[] {
  const live = new Set(pods.map(({ metadata }) => lookup(metadata.labels, HASH_LABEL)));
  const surplus = old.length - (spec.revisionHistoryLimit ?? 10);
  return surplus <= 0 ? [] : old.filter((each) => !live.has(hashOf(each))).slice(0, surplus);
}
