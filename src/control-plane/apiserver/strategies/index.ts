// The strategies of every stored resource: one explicit list, in the order of discovery.

import type { ActionSubresource, Strategy } from '../../../server/strategy.ts';
import type { ServiceAllocator } from '../allocators/service-allocator.ts';
import { bindingSubresource } from '../pod-subresources/binding.ts';
import { evictionSubresource } from '../pod-subresources/eviction.ts';
import { logSubresource } from '../pod-subresources/log.ts';
import type { PodSubresourceParts } from '../pod-subresources/parts.ts';
import { nodeProxy, podProxy, serviceProxy } from '../pod-subresources/proxy.ts';
import { attachSubresource, execSubresource, portForwardSubresource } from '../pod-subresources/streams.ts';
import { apiServiceStrategy } from './apiregistration/api-service.ts';
import { certificateSigningRequestStrategy } from './certificates/certificate-signing-request.ts';
import { clusterRoleBindingStrategy } from './rbac/cluster-role-binding.ts';
import { clusterRoleStrategy } from './rbac/cluster-role.ts';
import { configMapStrategy } from './core/config-map.ts';
import { controllerRevisionStrategy } from './apps/controller-revision.ts';
import { cronJobStrategy } from './batch/cron-job.ts';
import { csiDriverStrategy } from './storage/csi-driver.ts';
import { csiNodeStrategy } from './storage/csi-node.ts';
import { csiStorageCapacityStrategy } from './storage/csi-storage-capacity.ts';
import { customResourceDefinitionStrategy } from './apiextensions/custom-resource-definition.ts';
import { daemonSetStrategy } from './apps/daemon-set.ts';
import { deploymentStrategy } from './apps/deployment.ts';
import { deviceClassStrategy } from './resource/device-class.ts';
import { endpointSliceStrategy } from './discovery/endpoint-slice.ts';
import { endpointsStrategy } from './core/endpoints.ts';
import { eventStrategy } from './core/event.ts';
import { flowSchemaStrategy } from './flowcontrol/flow-schema.ts';
import { horizontalPodAutoscalerStrategy } from './autoscaling/horizontal-pod-autoscaler.ts';
import { ingressClassStrategy } from './networking/ingress-class.ts';
import { ingressStrategy } from './networking/ingress.ts';
import { ipAddressStrategy } from './networking/ip-address.ts';
import { jobStrategy } from './batch/job.ts';
import { leaseStrategy } from './coordination/lease.ts';
import { limitRangeStrategy } from './core/limit-range.ts';
import { mutatingAdmissionPolicyBindingStrategy } from './admissionregistration/mutating-admission-policy-binding.ts';
import { mutatingAdmissionPolicyStrategy } from './admissionregistration/mutating-admission-policy.ts';
import { mutatingWebhookConfigurationStrategy } from './admissionregistration/mutating-webhook-configuration.ts';
import { namespaceStrategy } from './core/namespace.ts';
import { networkPolicyStrategy } from './networking/network-policy.ts';
import { nodeStrategy } from './core/node.ts';
import { persistentVolumeClaimStrategy } from './core/persistent-volume-claim.ts';
import { persistentVolumeStrategy } from './core/persistent-volume.ts';
import { podDisruptionBudgetStrategy } from './policy/pod-disruption-budget.ts';
import { podStrategy } from './core/pod.ts';
import { podTemplateStrategy } from './core/pod-template.ts';
import { priorityClassStrategy } from './scheduling/priority-class.ts';
import { priorityLevelConfigurationStrategy } from './flowcontrol/priority-level-configuration.ts';
import { replicaSetStrategy } from './apps/replica-set.ts';
import { replicationControllerStrategy } from './core/replication-controller.ts';
import { resourceClaimStrategy } from './resource/resource-claim.ts';
import { resourceClaimTemplateStrategy } from './resource/resource-claim-template.ts';
import { resourceQuotaStrategy } from './core/resource-quota.ts';
import { resourceSliceStrategy } from './resource/resource-slice.ts';
import { roleBindingStrategy } from './rbac/role-binding.ts';
import { roleStrategy } from './rbac/role.ts';
import { runtimeClassStrategy } from './node/runtime-class.ts';
import { secretStrategy } from './core/secret.ts';
import { serviceAccountStrategy } from './core/service-account.ts';
import { serviceCIDRStrategy } from './networking/service-cidr.ts';
import { serviceStrategy } from './core/service.ts';
import { statefulSetStrategy } from './apps/stateful-set.ts';
import { storageClassStrategy } from './storage/storage-class.ts';
import { validatingAdmissionPolicyBindingStrategy } from './admissionregistration/validating-admission-policy-binding.ts';
import { validatingAdmissionPolicyStrategy } from './admissionregistration/validating-admission-policy.ts';
import { validatingWebhookConfigurationStrategy } from './admissionregistration/validating-webhook-configuration.ts';
import { volumeAttachmentStrategy } from './storage/volume-attachment.ts';
import { volumeAttributesClassStrategy } from './storage/volume-attributes-class.ts';

export interface StrategyOptions {
  readonly allocator: ServiceAllocator;
  readonly reaching: PodSubresourceParts;
  /** serviceaccounts/token; not served where it is absent. */
  readonly token: ActionSubresource | undefined;
}

/** What Pods do rather than are. */
const podActions = (reaching: PodSubresourceParts): Parameters<typeof podStrategy>[0] => ({
  attach: attachSubresource(reaching),
  binding: bindingSubresource,
  eviction: evictionSubresource,
  exec: execSubresource(reaching),
  log: logSubresource(reaching),
  portforward: portForwardSubresource(reaching),
  proxy: podProxy(reaching),
});

export function builtInStrategies({ allocator, reaching, token }: StrategyOptions): readonly Strategy[] {
  return [
    configMapStrategy,
    endpointsStrategy,
    eventStrategy,
    limitRangeStrategy,
    namespaceStrategy,
    nodeStrategy(nodeProxy(reaching)),
    persistentVolumeClaimStrategy,
    persistentVolumeStrategy,
    podTemplateStrategy,
    podStrategy(podActions(reaching)),
    replicationControllerStrategy,
    resourceQuotaStrategy,
    secretStrategy,
    serviceAccountStrategy(token),
    serviceStrategy(allocator, serviceProxy(reaching)),
    controllerRevisionStrategy,
    daemonSetStrategy,
    deploymentStrategy,
    replicaSetStrategy,
    statefulSetStrategy,
    cronJobStrategy,
    jobStrategy,
    horizontalPodAutoscalerStrategy,
    leaseStrategy,
    endpointSliceStrategy,
    ingressClassStrategy,
    ingressStrategy,
    ipAddressStrategy,
    networkPolicyStrategy,
    serviceCIDRStrategy,
    podDisruptionBudgetStrategy,
    clusterRoleBindingStrategy,
    clusterRoleStrategy,
    roleBindingStrategy,
    roleStrategy,
    priorityClassStrategy,
    csiDriverStrategy,
    csiNodeStrategy,
    csiStorageCapacityStrategy,
    storageClassStrategy,
    volumeAttachmentStrategy,
    volumeAttributesClassStrategy,
    runtimeClassStrategy,
    certificateSigningRequestStrategy,
    mutatingAdmissionPolicyBindingStrategy,
    mutatingAdmissionPolicyStrategy,
    mutatingWebhookConfigurationStrategy,
    validatingAdmissionPolicyBindingStrategy,
    validatingAdmissionPolicyStrategy,
    validatingWebhookConfigurationStrategy,
    customResourceDefinitionStrategy,
    apiServiceStrategy,
    flowSchemaStrategy,
    priorityLevelConfigurationStrategy,
    deviceClassStrategy,
    resourceClaimTemplateStrategy,
    resourceClaimStrategy,
    resourceSliceStrategy,
  ];
}
