// Pods and Nodes as the tests of this folder need them: complete objects from the few fields that matter.

import { node as nodeKind } from '../../api/core/v1/node.ts';
import type { Node } from '../../api/core/v1/node.ts';
import { pod as podKind } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Sparse } from '../../client/sparse.ts';
import { applyDefaults } from '../../machinery/defaulting.ts';
import { canonicalize } from '../../machinery/canonical.ts';
import type { Kind, KubeObject } from '../../machinery/kind.ts';

function complete<T extends KubeObject>(kind: Kind<T>, object: object): T {
  const result = canonicalize<T>(kind.struct, object);
  if (!result.ok) throw new Error(`a sample is not a ${kind.kind}: ${result.message}`);
  applyDefaults(kind, result.object);
  return result.object as T;
}

/** What differs from an empty Pod of one container. */
export interface PodSample {
  readonly metadata?: Sparse<Pod['metadata']>;
  readonly spec?: Sparse<Pod['spec']>;
  readonly requests?: Readonly<Record<string, string>>;
  readonly hostPort?: number;
}

export function samplePod(name: string, { metadata = {}, spec = {}, requests = {}, hostPort }: PodSample = {}): Pod {
  const ports = hostPort === undefined ? [] : [{ containerPort: 80, hostPort }];
  return complete(podKind, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, generation: 1, ...metadata },
    spec: { containers: [{ name: 'main', image: 'example.test/app:1', resources: { requests }, ports }], ...spec },
    status: { phase: 'Pending' },
  });
}

/** What differs from an empty Node of four processors. */
export interface NodeSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Sparse<Node['spec']>;
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly images?: Sparse<Node['status']['images']>;
}

export const SAMPLE_ALLOCATABLE = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110' };

export function sampleNode(name: string, { labels = {}, spec = {}, allocatable = {}, images }: NodeSample = {}): Node {
  const resources = { ...SAMPLE_ALLOCATABLE, ...allocatable };
  return complete(nodeKind, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { capacity: resources, allocatable: resources, ...(images === undefined ? {} : { images }) },
  });
}
