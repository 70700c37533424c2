// How the kubelet names Pods and their containers: in messages, on disk, in the runtime.

import type { Pod } from '../../api/core/v1/pod.ts';
import { must } from '../../base/assert.ts';
import type { EventSubject } from '../../runtime/event-recorder.ts';
import type { AnyContainer } from './seams.ts';

/** Names one Pod of the node, known to the API or only to the runtime. */
export interface PodIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

export const podUid = (pod: Pod): string => must(pod.metadata.uid, "a Pod's uid");

export function identityOf(pod: Pod): PodIdentity {
  return { uid: podUid(pod), namespace: pod.metadata.namespace ?? '', name: pod.metadata.name ?? '' };
}

/** As messages name a Pod: `name_namespace(uid)`. */
export const describePod = ({ uid, namespace, name }: PodIdentity): string => `${name}_${namespace}(${uid})`;

/** Every container of a Pod: init, regular, ephemeral. */
export function containersOf(pod: Pod): readonly AnyContainer[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  return [...initContainers, ...containers, ...ephemeralContainers];
}

/** What Events about a container point at. */
export function containerSubject(pod: Pod, name: string): EventSubject {
  const { initContainers = [], ephemeralContainers = [] } = pod.spec;
  const list = initContainers.some((container) => container.name === name)
    ? 'initContainers'
    : ephemeralContainers.some((container) => container.name === name)
      ? 'ephemeralContainers'
      : 'containers';
  return { object: pod, fieldPath: `spec.${list}{${name}}` };
}

/** The folder of a Pod's logs. */
export const podLogFolder = (podLogs: string, { uid, namespace, name }: PodIdentity): string => `${podLogs}/${namespace}_${name}_${uid}`;

/** A file of the kubelet's own folder of a Pod. */
export const podFolder = (kubelet: string, uid: string): string => `${kubelet}/pods/${uid}`;
