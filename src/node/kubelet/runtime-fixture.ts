// Pods and what the runtime has of them, for the tests of this folder's decisions.

import { node as nodeKind } from '../../api/core/v1/node.ts';
import type { Node } from '../../api/core/v1/node.ts';
import { pod as podKind } from '../../api/core/v1/pod.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Sparse } from '../../client/sparse.ts';
import { canonicalize } from '../../machinery/canonical.ts';
import { applyDefaults } from '../../machinery/defaulting.ts';
import { must } from '../../base/assert.ts';
import { containerHash } from './labels.ts';
import type { PodRuntime, RuntimeContainer, RuntimeSandbox } from './runtime-state.ts';

export type Spec = Sparse<Pod['spec']>;

/** A defaulted Pod with one container `main` unless the spec says more. */
export function examplePod(spec: Spec = {}, more: Sparse<Pod> = {}): Pod {
  const given = {
    apiVersion: 'v1',
    kind: 'Pod',
    ...more,
    metadata: { name: 'p', namespace: 'default', uid: 'u', generation: 1, ...more.metadata },
    spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
  };
  const decoded = canonicalize(podKind.struct, given);
  if (!decoded.ok) throw new Error(decoded.message);
  applyDefaults(podKind, decoded.object);
  return decoded.object as Pod;
}

export function exampleNode(given: Sparse<Node>): Node {
  const decoded = canonicalize(nodeKind.struct, { apiVersion: 'v1', kind: 'Node', spec: {}, ...given });
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.object as Node;
}

export const exampleSandbox = (more: Partial<RuntimeSandbox> = {}): RuntimeSandbox => ({
  id: 'sandbox',
  attempt: 0,
  ready: true,
  createdAtMs: 1_000,
  hostNetwork: false,
  ips: ['10.244.0.2'],
  ...more,
});

/** A container of the Pod as the runtime would have it. */
export function exampleContainer(pod: Pod, name: string, more: Partial<RuntimeContainer> = {}): RuntimeContainer {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  const spec = must(
    [...initContainers, ...containers, ...ephemeralContainers].find((each) => each.name === name),
    name,
  );
  return {
    id: `${name}-0`,
    name,
    sandboxId: 'sandbox',
    state: 'running',
    restartCount: 0,
    hash: containerHash(spec),
    createdAtMs: 2_000,
    startedAtMs: 3_000,
    finishedAtMs: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: spec.image ?? '',
    imageId: 'sha256:1',
    logPath: `/${name}/0.log`,
    user: undefined,
    ...more,
  };
}

export const exampleRuntime = (...containers: readonly RuntimeContainer[]): PodRuntime => ({ sandboxes: [exampleSandbox()], containers });

export const exited = (exitCode: number): Partial<RuntimeContainer> => ({
  state: 'exited',
  exitCode,
  finishedAtMs: 4_000,
  reason: exitCode === 0 ? 'Completed' : 'Error',
});
