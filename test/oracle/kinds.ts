// The kinds that are compared, by `group/version/Kind`. A new kind that the facts know of is one more line here.

import { controllerRevision } from '../../src/api/apps/v1/controller-revision.ts';
import { daemonSet } from '../../src/api/apps/v1/daemon-set.ts';
import { deployment } from '../../src/api/apps/v1/deployment.ts';
import { replicaSet } from '../../src/api/apps/v1/replica-set.ts';
import { statefulSet } from '../../src/api/apps/v1/stateful-set.ts';
import { tokenRequest } from '../../src/api/authentication/v1/token-request.ts';
import { tokenReview } from '../../src/api/authentication/v1/token-review.ts';
import { localSubjectAccessReview } from '../../src/api/authorization/v1/local-subject-access-review.ts';
import { selfSubjectAccessReview } from '../../src/api/authorization/v1/self-subject-access-review.ts';
import { subjectAccessReview } from '../../src/api/authorization/v1/subject-access-review.ts';
import { scale } from '../../src/api/autoscaling/v1/scale.ts';
import { horizontalPodAutoscaler } from '../../src/api/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { cronJob } from '../../src/api/batch/v1/cron-job.ts';
import { job } from '../../src/api/batch/v1/job.ts';
import { lease } from '../../src/api/coordination/v1/lease.ts';
import { binding } from '../../src/api/core/v1/binding.ts';
import { configMap } from '../../src/api/core/v1/config-map.ts';
import { endpoints } from '../../src/api/core/v1/endpoints.ts';
import { event } from '../../src/api/core/v1/event.ts';
import { limitRange } from '../../src/api/core/v1/limit-range.ts';
import { namespace } from '../../src/api/core/v1/namespace.ts';
import { node } from '../../src/api/core/v1/node.ts';
import { persistentVolumeClaim } from '../../src/api/core/v1/persistent-volume-claim.ts';
import { podTemplate } from '../../src/api/core/v1/pod-template.ts';
import { pod } from '../../src/api/core/v1/pod.ts';
import { replicationController } from '../../src/api/core/v1/replication-controller.ts';
import { resourceQuota } from '../../src/api/core/v1/resource-quota.ts';
import { secret } from '../../src/api/core/v1/secret.ts';
import { serviceAccount } from '../../src/api/core/v1/service-account.ts';
import { service } from '../../src/api/core/v1/service.ts';
import { endpointSlice } from '../../src/api/discovery/v1/endpoint-slice.ts';
import { event as eventsEvent } from '../../src/api/events/v1/event.ts';
import { ingressClass } from '../../src/api/networking/v1/ingress-class.ts';
import { ingress } from '../../src/api/networking/v1/ingress.ts';
import { ipAddress } from '../../src/api/networking/v1/ip-address.ts';
import { networkPolicy } from '../../src/api/networking/v1/network-policy.ts';
import { serviceCIDR } from '../../src/api/networking/v1/service-cidr.ts';
import { runtimeClass } from '../../src/api/node/v1/runtime-class.ts';
import { eviction } from '../../src/api/policy/v1/eviction.ts';
import { podDisruptionBudget } from '../../src/api/policy/v1/pod-disruption-budget.ts';
import { clusterRoleBinding } from '../../src/api/rbac/v1/cluster-role-binding.ts';
import { clusterRole } from '../../src/api/rbac/v1/cluster-role.ts';
import { roleBinding } from '../../src/api/rbac/v1/role-binding.ts';
import { role } from '../../src/api/rbac/v1/role.ts';
import { priorityClass } from '../../src/api/scheduling/v1/priority-class.ts';
import { csiDriver } from '../../src/api/storage/v1/csi-driver.ts';
import { csiNode } from '../../src/api/storage/v1/csi-node.ts';
import { csiStorageCapacity } from '../../src/api/storage/v1/csi-storage-capacity.ts';
import { volumeAttributesClass } from '../../src/api/storage/v1/volume-attributes-class.ts';
import { must } from '../../src/base/assert.ts';
import type { Kind } from '../../src/machinery/kind.ts';

const kinds: readonly Kind[] = [
  binding,
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  replicationController,
  secret,
  service,
  serviceAccount,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  job,
  cronJob,
  lease,
  endpointSlice,
  eventsEvent,
  eviction,
  podDisruptionBudget,
  priorityClass,
  role,
  clusterRole,
  roleBinding,
  clusterRoleBinding,
  scale,
  tokenRequest,
  tokenReview,
  subjectAccessReview,
  selfSubjectAccessReview,
  localSubjectAccessReview,
  controllerRevision,
  horizontalPodAutoscaler,
  limitRange,
  persistentVolumeClaim,
  podTemplate,
  resourceQuota,
  ipAddress,
  ingress,
  ingressClass,
  networkPolicy,
  serviceCIDR,
  runtimeClass,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  volumeAttributesClass,
];

const byGvk = new Map(kinds.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind]));

export const comparedKinds: readonly string[] = [...byGvk.keys()];

/** The kind of an object, by its apiVersion and kind. */
export function kindOf(object: unknown): Kind {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  return must(byGvk.get(`${apiVersion}/${kind}`), `the kind ${apiVersion}/${kind}`);
}
