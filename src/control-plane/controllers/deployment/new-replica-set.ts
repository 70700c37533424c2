// The ReplicaSet that a Deployment makes for a template it has none for.

import type { Deployment } from '../../../api/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../api/apps/v1/replica-set.ts';
import { POD_TEMPLATE_HASH_LABEL, podTemplateHash } from '../../../api/core/v1/pod-template-hash.ts';
import { controllerReference } from '../../../runtime/workload/ownership.ts';
import { memberOf, noteSize } from './members.ts';
import type { Member } from './members.ts';
import { currentAnnotations } from './revision.ts';

const MAX_NAME_LENGTH = 253;

/** A member without Pods yet, named after its template's hash. */
export function newMember(deployment: Deployment, revision: bigint): Member {
  const { metadata, spec, status } = deployment;
  const hash = podTemplateHash(spec.template, status.collisionCount);
  const labels = { ...spec.template.metadata.labels, [POD_TEMPLATE_HASH_LABEL]: hash };
  const set: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${(metadata.name ?? '').slice(0, MAX_NAME_LENGTH - 1 - hash.length)}-${hash}`,
      namespace: metadata.namespace,
      labels,
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: spec.minReadySeconds,
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [POD_TEMPLATE_HASH_LABEL]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
  const member = memberOf(set);
  member.annotations = currentAnnotations(deployment, {}, revision);
  noteSize(member, deployment);
  return member;
}
