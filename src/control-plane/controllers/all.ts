// Every controller of the controller manager, in upstream's names: the one explicit list.

import type { ControllerDefinition, ControllerParts } from '../../runtime/controller.ts';
import { daemonSetController } from './daemonset/index.ts';
import { deploymentController } from './deployment/index.ts';
import { endpointsController } from './endpoints/index.ts';
import { endpointSliceController } from './endpointslice/index.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring/index.ts';
import { garbageCollector } from './garbagecollector/index.ts';
import { jobController } from './job/index.ts';
import { namespaceController } from './namespace/index.ts';
import { nodeIpamController } from './nodeipam/index.ts';
import { nodeLifecycleController } from './nodelifecycle/index.ts';
import { podGarbageCollector } from './podgc/index.ts';
import { replicaSetController } from './replicaset/index.ts';
import { replicationControllerController } from './replicationcontroller/index.ts';
import { rootCaPublisher } from './rootcapublisher/index.ts';
import { serviceAccountController } from './serviceaccount/index.ts';
import { taintEvictionController } from './tainteviction/index.ts';
import { ttlAfterFinishedController } from './ttlafterfinished/index.ts';

/** What all controllers have: the ServiceAccount in kube-system whose rights they use, and the component that their Events name. */
interface Named {
  readonly name: string;
  readonly serviceAccount: string;
  readonly eventSource: string;
}

/** A controller as the manager runs it: a reconciler, or a loop of its own shape. */
export type ManagedController =
  | (Named & { readonly definition: ControllerDefinition })
  | (Named & { readonly run: (parts: ControllerParts, signal: AbortSignal) => Promise<void> });

export interface ControllerSettings {
  /** The authority that Pods trust, PEM. */
  readonly rootCa: string;
  /** Nodes without a range of Pod addresses get parts of this one; absent: somebody else assigns them. */
  readonly podCidr?: string;
  /** How large those parts are: the length of their prefix, 24 unless told. */
  readonly nodeMaskBits?: number;
}

/** Makes the list. */
export function allControllers(settings: ControllerSettings): readonly ManagedController[] {
  const reconciler = (definition: ControllerDefinition, serviceAccount: string, eventSource = definition.name): ManagedController => ({
    name: definition.name,
    serviceAccount,
    eventSource,
    definition,
  });
  return [
    reconciler(replicaSetController, 'replicaset-controller'),
    reconciler(replicationControllerController, 'replication-controller'),
    reconciler(deploymentController, 'deployment-controller'),
    reconciler(daemonSetController(), 'daemon-set-controller', 'daemonset-controller'),
    reconciler(jobController(), 'job-controller'),
    reconciler(ttlAfterFinishedController, 'ttl-after-finished-controller'),
    reconciler(endpointsController, 'endpoint-controller'),
    reconciler(endpointSliceController, 'endpointslice-controller'),
    reconciler(endpointSliceMirroringController, 'endpointslicemirroring-controller'),
    reconciler(namespaceController, 'namespace-controller'),
    reconciler(serviceAccountController, 'service-account-controller'),
    reconciler(rootCaPublisher(settings.rootCa), 'root-ca-cert-publisher'),
    reconciler(nodeLifecycleController(), 'node-controller', 'node-controller'),
    reconciler(taintEvictionController(), 'node-controller'),
    ...(settings.podCidr === undefined
      ? []
      : [reconciler(nodeIpamController(settings.podCidr, settings.nodeMaskBits ?? 24), 'node-controller', 'cidrAllocator')]),
    { ...podGarbageCollector, serviceAccount: 'pod-garbage-collector', eventSource: podGarbageCollector.name },
    { ...garbageCollector, serviceAccount: 'generic-garbage-collector', eventSource: garbageCollector.name },
  ];
}
