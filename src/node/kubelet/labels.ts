// What the kubelet writes on sandboxes and containers in the runtime, and reads back after a restart.
//
// L1. The labels alone say which Pod and container something belongs to; the annotations, which version of it.

import type { Pod } from '../../api/core/v1/pod.ts';
import { fnv32a } from '../../machinery/hash.ts';
import type { PodIdentity } from './pod-names.ts';
import { identityOf } from './pod-names.ts';
import type { AnyContainer } from './seams.ts';

type Map = Readonly<Record<string, string>>;

export const POD_UID_LABEL = 'io.kubernetes.pod.uid';
const POD_NAME_LABEL = 'io.kubernetes.pod.name';
const POD_NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';
const CONTAINER_NAME_LABEL = 'io.kubernetes.container.name';
const CONTAINER = 'io.kubernetes.container';
const HASH = `${CONTAINER}.hash`;
const RESTART_COUNT = `${CONTAINER}.restartCount`;
const MESSAGE_PATH = `${CONTAINER}.terminationMessagePath`;
const MESSAGE_POLICY = `${CONTAINER}.terminationMessagePolicy`;
const POD_GRACE_PERIOD = 'io.kubernetes.pod.terminationGracePeriod';

/** The labels that say whose a sandbox or container is. */
export function identityLabels({ uid, namespace, name }: PodIdentity): Map {
  return { [POD_NAME_LABEL]: name, [POD_NAMESPACE_LABEL]: namespace, [POD_UID_LABEL]: uid };
}

export function sandboxLabels(pod: Pod): Map {
  return { ...pod.metadata.labels, ...identityLabels(identityOf(pod)) };
}

export function containerLabels(pod: Pod, container: string): Map {
  return { ...identityLabels(identityOf(pod)), [CONTAINER_NAME_LABEL]: container };
}

export function containerAnnotations(pod: Pod, container: AnyContainer, restartCount: number): Map {
  const grace = pod.spec.terminationGracePeriodSeconds;
  return {
    [HASH]: containerHash(container),
    [RESTART_COUNT]: String(restartCount),
    [MESSAGE_PATH]: container.terminationMessagePath ?? '',
    [MESSAGE_POLICY]: container.terminationMessagePolicy ?? '',
    ...(grace === undefined ? {} : { [POD_GRACE_PERIOD]: String(grace) }),
  };
}

/** What of a container may change while its Pod lives and makes a new start necessary. */
export function containerHash({ name, image = '' }: Pick<AnyContainer, 'name' | 'image'>): string {
  return fnv32a(JSON.stringify({ name, image })).toString(16);
}

/** Whose a sandbox or container is; undefined when the kubelet did not make it. */
export function identityFromLabels(labels: Map): PodIdentity | undefined {
  const uid = labels[POD_UID_LABEL];
  return uid === undefined ? undefined : { uid, namespace: labels[POD_NAMESPACE_LABEL] ?? '', name: labels[POD_NAME_LABEL] ?? '' };
}

export const containerName = (labels: Map): string => labels[CONTAINER_NAME_LABEL] ?? '';

/** What the annotations of a container tell. */
export interface ContainerNotes {
  readonly hash: string;
  readonly restartCount: number;
  readonly terminationMessagePath: string;
  readonly terminationMessagePolicy: string;
}

export function readNotes(annotations: Map): ContainerNotes {
  return {
    hash: annotations[HASH] ?? '',
    restartCount: Number(annotations[RESTART_COUNT] ?? 0),
    terminationMessagePath: annotations[MESSAGE_PATH] ?? '',
    terminationMessagePolicy: annotations[MESSAGE_POLICY] ?? '',
  };
}
