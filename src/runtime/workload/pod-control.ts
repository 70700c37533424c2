// Makes and deletes the Pods of a workload, and says so in Events.

import { pod } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../api/core/v1/pod-spec.ts';
import { keyOf } from '../../client/client.ts';
import type { Client } from '../../client/client.ts';
import type { Sparse } from '../../client/sparse.ts';
import type { KubeObject } from '../../machinery/kind.ts';
import { checkDns1123Subdomain } from '../../machinery/formats/dns.ts';
import { isStatus } from '../../machinery/status-error.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { controllerReference } from './ownership.ts';

export interface PodControl {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly signal: AbortSignal;
}

/** What the names of a workload's Pods start with: a dash is added where the result can still be a name. */
export function podNamePrefix(ownerName: string): string {
  const prefix = `${ownerName}-`;
  return checkDns1123Subdomain(`${prefix.slice(0, -1)}a`).length === 0 ? prefix : ownerName;
}

/** A Pod as a template asks for it, controlled by `owner`. */
export function podFromTemplate(template: PodTemplateSpec, owner: KubeObject): Sparse<Pod> {
  const { labels, annotations, finalizers } = template.metadata;
  return {
    metadata: {
      generateName: podNamePrefix(owner.metadata.name ?? ''),
      namespace: owner.metadata.namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(owner)],
      finalizers,
    },
    spec: template.spec,
  };
}

/** Whether the namespace is going away, so that nothing can be made in it any more. */
export function isNamespaceTerminating(error: unknown): boolean {
  return isStatus(error) && (error.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}

/** Creates a Pod for `owner`; undefined where its namespace is going away. */
export async function createPod({ client, events, signal }: PodControl, owner: KubeObject, body: Sparse<Pod>): Promise<Pod | undefined> {
  try {
    const created = await client.create(pod, body, { signal });
    events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (isNamespaceTerminating(error)) return undefined;
    if (isStatus(error)) events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw error;
  }
}

/** Deletes a Pod of `owner`; one that is gone already is fine. */
export async function deletePod({ client, events, signal }: PodControl, owner: KubeObject, doomed: Pod): Promise<void> {
  try {
    await client.delete(pod, keyOf(doomed), { uid: doomed.metadata.uid ?? '', signal });
    events.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${doomed.metadata.name}`);
  } catch (error) {
    if (isStatus(error, 'NotFound')) return;
    if (isStatus(error)) events.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
    throw error;
  }
}
