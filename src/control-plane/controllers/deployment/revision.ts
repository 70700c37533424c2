// Revisions: which ReplicaSet belongs to which rollout, in annotations.

import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { Member } from './members.ts';

export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
const HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history';
export const REPLICAS_ANNOTATIONS = {
  desired: 'deployment.kubernetes.io/desired-replicas',
  max: 'deployment.kubernetes.io/max-replicas',
} as const;

/** Annotations of the Deployment that are not the ReplicaSet's business. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION_ANNOTATION,
  HISTORY_ANNOTATION,
  REPLICAS_ANNOTATIONS.desired,
  REPLICAS_ANNOTATIONS.max,
]);

const MAX_HISTORY_LENGTH = 2000;

type Annotations = Readonly<Record<string, string>>;

/** The revision that annotations tell, a 64-bit number: zero where there is none, undefined where it cannot be read. */
export function revisionOf(annotations: Annotations | undefined): bigint | undefined {
  const text = lookup(annotations, REVISION_ANNOTATION);
  if (text === undefined) return 0n;
  return /^[+-]?[0-9]+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
}

/** The number of the rollout that follows all old ones. */
export function nextRevision(old: readonly Member[]): bigint {
  const revisions = old.map(({ annotations }) => revisionOf(annotations) ?? 0n);
  return revisions.reduce((max, each) => (each > max ? each : max), 0n) + 1n;
}

/** The current ReplicaSet's annotations: the Deployment's own, the revision, and the revisions that it had before. */
export function currentAnnotations(deployment: Deployment, present: Annotations, revision: bigint): Annotations {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  const annotations: Record<string, string> = { ...present, ...Object.fromEntries(copied) };
  const text = lookup(present, REVISION_ANNOTATION);
  const before = text === undefined || text === '' ? 0n : revisionOf(present);
  if (before === undefined || before >= revision) return annotations;
  annotations[REVISION_ANNOTATION] = String(revision);
  if (text !== undefined) annotations[HISTORY_ANNOTATION] = withHistory(lookup(present, HISTORY_ANNOTATION) ?? '', text);
  return annotations;
}

/** The eldest revisions make room for the newest. */
function withHistory(history: string, revision: string): string {
  if (history === '') return revision;
  const revisions = history.split(',');
  let length = history.length + revision.length + 1;
  while (length > MAX_HISTORY_LENGTH && revisions.length > 0) length -= (revisions.shift() ?? '').length + 1;
  return length <= MAX_HISTORY_LENGTH ? [...revisions, revision].join(',') : history;
}
