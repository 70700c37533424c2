// Every stored resource of the API: the one list that the server, the namespace controller and the garbage collector go by.

import { apiService } from './apiregistration/v1/api-service.ts';
import { certificateSigningRequest } from './certificates/v1/certificate-signing-request.ts';
import { clusterRole } from './rbac/v1/cluster-role.ts';
import { clusterRoleBinding } from './rbac/v1/cluster-role-binding.ts';
import { configMap } from './core/v1/config-map.ts';
import { controllerRevision } from './apps/v1/controller-revision.ts';
import { cronJob } from './batch/v1/cron-job.ts';
import { csiDriver } from './storage/v1/csi-driver.ts';
import { csiNode } from './storage/v1/csi-node.ts';
import { csiStorageCapacity } from './storage/v1/csi-storage-capacity.ts';
import { customResourceDefinition } from './apiextensions/v1/custom-resource-definition.ts';
import { daemonSet } from './apps/v1/daemon-set.ts';
import { deployment } from './apps/v1/deployment.ts';
import { deviceClass } from './resource/v1/device-class.ts';
import { endpointSlice } from './discovery/v1/endpoint-slice.ts';
import { endpoints } from './core/v1/endpoints.ts';
import { event } from './core/v1/event.ts';
import { flowSchema } from './flowcontrol/v1/flow-schema.ts';
import { horizontalPodAutoscaler } from './autoscaling/v2/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscaler as horizontalPodAutoscalerV1 } from './autoscaling/v1/horizontal-pod-autoscaler.ts';
import { fromV2 } from './autoscaling/v1/horizontal-pod-autoscaler-conversion.ts';
import { toV2 } from './autoscaling/v1/newer-autoscaler.ts';
import { ingress } from './networking/v1/ingress.ts';
import { ingressClass } from './networking/v1/ingress-class.ts';
import { ipAddress } from './networking/v1/ip-address.ts';
import { job } from './batch/v1/job.ts';
import { lease } from './coordination/v1/lease.ts';
import { limitRange } from './core/v1/limit-range.ts';
import { mutatingAdmissionPolicy } from './admissionregistration/v1/mutating-admission-policy.ts';
import { mutatingAdmissionPolicyBinding } from './admissionregistration/v1/mutating-admission-policy-binding.ts';
import { mutatingWebhookConfiguration } from './admissionregistration/v1/mutating-webhook-configuration.ts';
import { namespace } from './core/v1/namespace.ts';
import { networkPolicy } from './networking/v1/network-policy.ts';
import { node } from './core/v1/node.ts';
import { persistentVolume } from './core/v1/persistent-volume.ts';
import { persistentVolumeClaim } from './core/v1/persistent-volume-claim.ts';
import { pod } from './core/v1/pod.ts';
import { podDisruptionBudget } from './policy/v1/pod-disruption-budget.ts';
import { podTemplate } from './core/v1/pod-template.ts';
import { priorityClass } from './scheduling/v1/priority-class.ts';
import { priorityLevelConfiguration } from './flowcontrol/v1/priority-level-configuration.ts';
import { replicaSet } from './apps/v1/replica-set.ts';
import { replicationController } from './core/v1/replication-controller.ts';
import { resourceClaim } from './resource/v1/resource-claim.ts';
import { resourceClaimTemplate } from './resource/v1/resource-claim-template.ts';
import { resourceQuota } from './core/v1/resource-quota.ts';
import { resourceSlice } from './resource/v1/resource-slice.ts';
import { role } from './rbac/v1/role.ts';
import { roleBinding } from './rbac/v1/role-binding.ts';
import { runtimeClass } from './node/v1/runtime-class.ts';
import { secret } from './core/v1/secret.ts';
import { service } from './core/v1/service.ts';
import { servedEvents } from './events/v1/conversion.ts';
import { serviceAccount } from './core/v1/service-account.ts';
import { serviceCIDR } from './networking/v1/service-cidr.ts';
import { statefulSet } from './apps/v1/stateful-set.ts';
import { storageClass } from './storage/v1/storage-class.ts';
import { validatingAdmissionPolicy } from './admissionregistration/v1/validating-admission-policy.ts';
import { validatingAdmissionPolicyBinding } from './admissionregistration/v1/validating-admission-policy-binding.ts';
import { validatingWebhookConfiguration } from './admissionregistration/v1/validating-webhook-configuration.ts';
import { volumeAttachment } from './storage/v1/volume-attachment.ts';
import { volumeAttributesClass } from './storage/v1/volume-attributes-class.ts';
import { defineResource } from '../machinery/resource.ts';
import type { Kind } from '../machinery/kind.ts';
import type { ResourceDefinition } from '../machinery/resource.ts';

/** In the order of discovery: groups by priority, kinds within them by name. */
export const resources: readonly ResourceDefinition[] = [
  defineResource({ hub: configMap }),
  defineResource({ hub: endpoints, storageKey: 'services/endpoints' }),
  defineResource({ hub: event, others: [servedEvents] }),
  defineResource({ hub: limitRange }),
  defineResource({ hub: namespace }),
  defineResource({ hub: node, storageKey: 'minions' }),
  defineResource({ hub: persistentVolumeClaim }),
  defineResource({ hub: persistentVolume }),
  defineResource({ hub: podTemplate }),
  defineResource({ hub: pod }),
  defineResource({ hub: replicationController, storageKey: 'controllers' }),
  defineResource({ hub: resourceQuota }),
  defineResource({ hub: secret }),
  defineResource({ hub: serviceAccount }),
  defineResource({ hub: service, storageKey: 'services/specs' }),
  defineResource({ hub: controllerRevision }),
  defineResource({ hub: daemonSet }),
  defineResource({ hub: deployment }),
  defineResource({ hub: replicaSet }),
  defineResource({ hub: statefulSet }),
  defineResource({ hub: cronJob }),
  defineResource({ hub: job }),
  defineResource({ hub: horizontalPodAutoscaler, others: [{ kind: horizontalPodAutoscalerV1 as Kind, toHub: toV2, fromHub: fromV2 }] }),
  defineResource({ hub: lease }),
  defineResource({ hub: endpointSlice }),
  defineResource({ hub: ingressClass }),
  defineResource({ hub: ingress, storageKey: 'ingress' }),
  defineResource({ hub: ipAddress }),
  defineResource({ hub: networkPolicy }),
  defineResource({ hub: serviceCIDR }),
  defineResource({ hub: podDisruptionBudget }),
  defineResource({ hub: clusterRoleBinding }),
  defineResource({ hub: clusterRole }),
  defineResource({ hub: roleBinding }),
  defineResource({ hub: role }),
  defineResource({ hub: priorityClass }),
  defineResource({ hub: csiDriver }),
  defineResource({ hub: csiNode }),
  defineResource({ hub: csiStorageCapacity }),
  defineResource({ hub: storageClass }),
  defineResource({ hub: volumeAttachment }),
  defineResource({ hub: volumeAttributesClass }),
  defineResource({ hub: runtimeClass }),
  defineResource({ hub: certificateSigningRequest }),
  defineResource({ hub: mutatingAdmissionPolicyBinding }),
  defineResource({ hub: mutatingAdmissionPolicy }),
  defineResource({ hub: mutatingWebhookConfiguration }),
  defineResource({ hub: validatingAdmissionPolicyBinding }),
  defineResource({ hub: validatingAdmissionPolicy }),
  defineResource({ hub: validatingWebhookConfiguration }),
  defineResource({ hub: customResourceDefinition, storageKey: 'apiextensions.k8s.io/customresourcedefinitions' }),
  defineResource({ hub: apiService, storageKey: 'apiregistration.k8s.io/apiservices' }),
  defineResource({ hub: flowSchema }),
  defineResource({ hub: priorityLevelConfiguration }),
  defineResource({ hub: deviceClass }),
  defineResource({ hub: resourceClaimTemplate }),
  defineResource({ hub: resourceClaim }),
  defineResource({ hub: resourceSlice }),
];
