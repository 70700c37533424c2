// Pod: a group of containers that share a node, a network and volumes.

import { defineKind } from '../../../machinery/kind.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPodLevelResources, requestLimits } from './pod-resources.ts';
import { dropInitContainerAnnotations, podSpec } from './pod-spec.ts';
import { podStatus } from './pod-status.ts';
import { validatePod } from './pod-validation.ts';
import { field } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const pod = defineKind({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.Pod',
  fields: {
    spec: field(podSpec, { presence: 'always', pb: 2 }),
    status: field(podStatus, { presence: 'always', pb: 3 }),
  },
  defaults(self) {
    const { spec } = self;
    dropInitContainerAnnotations(self.metadata);
    // Only Pods repair this; in templates a negative period stays.
    if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1;
    const containers = [...spec.containers, ...(spec.initContainers ?? [])];
    for (const { resources } of containers) requestLimits(resources);
    defaultPodLevelResources(spec);
    spec.enableServiceLinks ??= true;
    if (spec.hostNetwork !== true) return;
    for (const port of containers.flatMap(({ ports = [] }) => ports)) port.hostPort ||= port.containerPort;
  },
  check: (next, old, at, context) => [...validatePod(next, old, at, context)],
  columns: podColumns,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status.phase ?? '',
    'status.podIP': ({ status }) => status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status.nominatedNodeName ?? '',
  },
});
export interface Pod extends Infer<typeof pod> {}
