// The kinds that are compared, by `group/version/Kind`. A new kind that the facts know of is one more line here.

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
import { cronJob } from '../../src/api/batch/v1/cron-job.ts';
import { job } from '../../src/api/batch/v1/job.ts';
import { lease } from '../../src/api/coordination/v1/lease.ts';
import { binding } from '../../src/api/core/v1/binding.ts';
import { configMap } from '../../src/api/core/v1/config-map.ts';
import { endpoints } from '../../src/api/core/v1/endpoints.ts';
import { event } from '../../src/api/core/v1/event.ts';
import { namespace } from '../../src/api/core/v1/namespace.ts';
import { node } from '../../src/api/core/v1/node.ts';
import { pod } from '../../src/api/core/v1/pod.ts';
import { replicationController } from '../../src/api/core/v1/replication-controller.ts';
import { secret } from '../../src/api/core/v1/secret.ts';
import { serviceAccount } from '../../src/api/core/v1/service-account.ts';
import { service } from '../../src/api/core/v1/service.ts';
import { endpointSlice } from '../../src/api/discovery/v1/endpoint-slice.ts';
import { event as eventsEvent } from '../../src/api/events/v1/event.ts';
import { eviction } from '../../src/api/policy/v1/eviction.ts';
import { podDisruptionBudget } from '../../src/api/policy/v1/pod-disruption-budget.ts';
import { clusterRoleBinding } from '../../src/api/rbac/v1/cluster-role-binding.ts';
import { clusterRole } from '../../src/api/rbac/v1/cluster-role.ts';
import { roleBinding } from '../../src/api/rbac/v1/role-binding.ts';
import { role } from '../../src/api/rbac/v1/role.ts';
import { priorityClass } from '../../src/api/scheduling/v1/priority-class.ts';
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
];

const byGvk = new Map(kinds.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind]));

export const comparedKinds: readonly string[] = [...byGvk.keys()];

/** The kind of an object, by its apiVersion and kind. */
export function kindOf(object: unknown): Kind {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  return must(byGvk.get(`${apiVersion}/${kind}`), `the kind ${apiVersion}/${kind}`);
}
