package main

import (
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/apis/authentication"
	authenticationvalidation "k8s.io/kubernetes/pkg/apis/authentication/validation"
	"k8s.io/kubernetes/pkg/apis/authorization"
	authorizationvalidation "k8s.io/kubernetes/pkg/apis/authorization/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/certificates/certificates"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/endpoint"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolume"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/ingressclass"
	"k8s.io/kubernetes/pkg/registry/networking/ipaddress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/networking/servicecidr"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"
	"k8s.io/kubernetes/pkg/registry/storage/csidriver"
	"k8s.io/kubernetes/pkg/registry/storage/csinode"
	"k8s.io/kubernetes/pkg/registry/storage/csistoragecapacity"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattachment"

	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/flowcontrol/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
)

// createStrategy is what upstream runs on a create; every resource's main strategy is one.
type createStrategy = rest.RESTCreateStrategy

// updateStrategy is what upstream runs on an update of a resource or subresource.
type updateStrategy = rest.RESTUpdateStrategy

type strategies struct {
	create createStrategy
	update map[string]updateStrategy // by subresource; "" is the main endpoint
}

type subresources map[string]updateStrategy

func strategy(main interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}, others subresources) strategies {
	update := map[string]updateStrategy{"": main}
	for name, other := range others {
		update[name] = other
	}
	return strategies{create: main, update: update}
}

// strategiesByKind is the explicit list of resources whose rules can be asked about.
var strategiesByKind = map[schema.GroupKind]strategies{
	{Kind: "ConfigMap"}:  strategy(configmap.Strategy, nil),
	{Kind: "Endpoints"}:  strategy(endpoint.Strategy, nil),
	{Kind: "Event"}:      strategy(event.Strategy, nil),
	{Kind: "LimitRange"}: strategy(limitrange.Strategy, nil),
	{Kind: "Namespace"}: strategy(namespace.Strategy, subresources{
		"status": namespace.StatusStrategy, "finalize": namespace.FinalizeStrategy}),
	{Kind: "Node"}:                  strategy(node.Strategy, subresources{"status": node.StatusStrategy}),
	{Kind: "PersistentVolume"}:      strategy(persistentvolume.Strategy, subresources{"status": persistentvolume.StatusStrategy}),
	{Kind: "PersistentVolumeClaim"}: strategy(persistentvolumeclaim.Strategy, subresources{"status": persistentvolumeclaim.StatusStrategy}),
	{Kind: "Pod"}: strategy(pod.Strategy, subresources{
		"status": pod.StatusStrategy, "ephemeralcontainers": pod.EphemeralContainersStrategy, "resize": pod.ResizeStrategy}),
	{Kind: "PodTemplate"}:           strategy(podtemplate.Strategy, nil),
	{Kind: "ReplicationController"}: strategy(replicationcontroller.Strategy, subresources{"status": replicationcontroller.StatusStrategy}),
	{Kind: "ResourceQuota"}:         strategy(resourcequota.Strategy, subresources{"status": resourcequota.StatusStrategy}),
	{Kind: "Secret"}:                strategy(secret.Strategy, nil),
	{Kind: "Service"}:               strategy(service.Strategy, subresources{"status": service.StatusStrategy}),
	{Kind: "ServiceAccount"}:        strategy(serviceaccount.Strategy, nil),

	{Group: "events.k8s.io", Kind: "Event"}: strategy(event.Strategy, nil),

	{Group: "apps", Kind: "ControllerRevision"}: strategy(controllerrevision.Strategy, nil),
	{Group: "apps", Kind: "DaemonSet"}:          strategy(daemonset.Strategy, subresources{"status": daemonset.StatusStrategy}),
	{Group: "apps", Kind: "Deployment"}:         strategy(deployment.Strategy, subresources{"status": deployment.StatusStrategy}),
	{Group: "apps", Kind: "ReplicaSet"}:         strategy(replicaset.Strategy, subresources{"status": replicaset.StatusStrategy}),
	{Group: "apps", Kind: "StatefulSet"}:        strategy(statefulset.Strategy, subresources{"status": statefulset.StatusStrategy}),

	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"}: strategy(horizontalpodautoscaler.Strategy,
		subresources{"status": horizontalpodautoscaler.StatusStrategy}),

	{Group: "batch", Kind: "CronJob"}: strategy(cronjob.Strategy, subresources{"status": cronjob.StatusStrategy}),
	{Group: "batch", Kind: "Job"}:     strategy(job.Strategy, subresources{"status": job.StatusStrategy}),

	{Group: "certificates.k8s.io", Kind: "CertificateSigningRequest"}: strategy(certificates.Strategy,
		subresources{"status": certificates.StatusStrategy, "approval": certificates.ApprovalStrategy}),

	{Group: "coordination.k8s.io", Kind: "Lease"}: strategy(lease.Strategy, nil),

	{Group: "discovery.k8s.io", Kind: "EndpointSlice"}: strategy(endpointslice.Strategy, nil),

	{Group: "networking.k8s.io", Kind: "IPAddress"}:     strategy(ipaddress.Strategy, nil),
	{Group: "networking.k8s.io", Kind: "Ingress"}:       strategy(ingress.Strategy, subresources{"status": ingress.StatusStrategy}),
	{Group: "networking.k8s.io", Kind: "IngressClass"}:  strategy(ingressclass.Strategy, nil),
	{Group: "networking.k8s.io", Kind: "NetworkPolicy"}: strategy(networkpolicy.Strategy, nil),
	{Group: "networking.k8s.io", Kind: "ServiceCIDR"}:   strategy(servicecidr.Strategy, subresources{"status": servicecidr.StatusStrategy}),

	{Group: "node.k8s.io", Kind: "RuntimeClass"}: strategy(runtimeclass.Strategy, nil),

	{Group: "policy", Kind: "PodDisruptionBudget"}: strategy(poddisruptionbudget.Strategy,
		subresources{"status": poddisruptionbudget.StatusStrategy}),

	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}:        strategy(clusterrole.Strategy, nil),
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}: strategy(clusterrolebinding.Strategy, nil),
	{Group: "rbac.authorization.k8s.io", Kind: "Role"}:               strategy(role.Strategy, nil),
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:        strategy(rolebinding.Strategy, nil),

	{Group: "scheduling.k8s.io", Kind: "PriorityClass"}: strategy(priorityclass.Strategy, nil),

	{Group: "storage.k8s.io", Kind: "CSIDriver"}:          strategy(csidriver.Strategy, nil),
	{Group: "storage.k8s.io", Kind: "CSINode"}:            strategy(csinode.Strategy, nil),
	{Group: "storage.k8s.io", Kind: "CSIStorageCapacity"}: strategy(csistoragecapacity.Strategy, nil),
	{Group: "storage.k8s.io", Kind: "StorageClass"}:       strategy(storageclass.Strategy, nil),
	{Group: "storage.k8s.io", Kind: "VolumeAttachment"}: strategy(volumeattachment.Strategy,
		subresources{"status": volumeattachment.StatusStrategy}),
}

// validators check the kinds that are requests rather than resources.
var validators = map[schema.GroupKind]func(obj runtime.Object) field.ErrorList{
	{Kind: "Binding"}: func(obj runtime.Object) field.ErrorList {
		return corevalidation.ValidatePodBinding(obj.(*core.Binding))
	},
	{Group: "autoscaling", Kind: "Scale"}: func(obj runtime.Object) field.ErrorList {
		return autoscalingvalidation.ValidateScale(obj.(*autoscaling.Scale))
	},
	{Group: "authentication.k8s.io", Kind: "TokenRequest"}: func(obj runtime.Object) field.ErrorList {
		return authenticationvalidation.ValidateTokenRequest(obj.(*authentication.TokenRequest))
	},
	{Group: "authorization.k8s.io", Kind: "SubjectAccessReview"}: func(obj runtime.Object) field.ErrorList {
		return authorizationvalidation.ValidateSubjectAccessReview(obj.(*authorization.SubjectAccessReview))
	},
	{Group: "authorization.k8s.io", Kind: "SelfSubjectAccessReview"}: func(obj runtime.Object) field.ErrorList {
		return authorizationvalidation.ValidateSelfSubjectAccessReview(obj.(*authorization.SelfSubjectAccessReview))
	},
	{Group: "authorization.k8s.io", Kind: "LocalSubjectAccessReview"}: func(obj runtime.Object) field.ErrorList {
		return authorizationvalidation.ValidateLocalSubjectAccessReview(obj.(*authorization.LocalSubjectAccessReview))
	},
}

// attributesByKind gives what field selectors can select by.
var attributesByKind = map[schema.GroupKind]func(obj runtime.Object) (labels.Set, fields.Set, error){
	{Kind: "ConfigMap"}:                     configmap.GetAttrs,
	{Kind: "Event"}:                         event.GetAttrs,
	{Kind: "Namespace"}:                     namespace.GetAttrs,
	{Kind: "Node"}:                          node.GetAttrs,
	{Kind: "Pod"}:                           pod.GetAttrs,
	{Kind: "ReplicationController"}:         replicationcontroller.GetAttrs,
	{Kind: "Secret"}:                        secret.GetAttrs,
	{Kind: "Service"}:                       service.GetAttrs,
	{Group: "apps", Kind: "ReplicaSet"}:     replicaset.GetAttrs,
	{Group: "batch", Kind: "Job"}:           job.GetAttrs,
	{Group: "events.k8s.io", Kind: "Event"}: event.GetAttrs,
}
