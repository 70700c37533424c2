import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../base/random.ts';
import type { Node } from '../../api/core/v1/node.ts';
import type { Pod } from '../../api/core/v1/pod.ts';
import { Cycle } from './cycle.ts';
import type { Decision } from './cycle.ts';
import { podInfoOf } from './pod-info.ts';
import { PLUGINS } from './plugins.ts';
import { UsageMeter } from './pod-usage.ts';
import { sampleNode, samplePod } from './samples.ts';
import type { PodSample } from './samples.ts';
import { Snapshot } from './snapshot.ts';

interface Scene {
  readonly nodes: readonly Node[];
  readonly placed?: readonly (readonly [Pod, string])[];
}

const meter = new UsageMeter();

function decide({ nodes, placed = [] }: Scene, pod: Pod): Decision {
  const snapshot = new Snapshot();
  for (const node of nodes) snapshot.setNode(node);
  for (const [each, nodeName] of placed) snapshot.confirm(podInfoOf(each, meter), nodeName);
  return new Cycle(PLUGINS, snapshot, seededRandom(1)).decide(podInfoOf(pod, meter));
}

/** The first part of the message, or the Node. */
function outcome(scene: Scene, pod: Pod): string {
  const decision = decide(scene, pod);
  if (decision.kind === 'picked') return `→ ${decision.nodeName}`;
  return /: (.*?)\. no new claims/.exec(decision.message)?.[1] ?? decision.message;
}

const TAINT = { key: 'only', value: 'batch', effect: 'NoSchedule' };
const CORDON_TOLERATION = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' };
const containers = [{ name: 'main', image: 'example.test/app:1' }];

function withAffinity(terms: readonly object[]): PodSample {
  return {
    spec: { containers, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } } },
  };
}

const named = (...names: string[]): object => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: names }] });

for (const [title, scene, pod, expected] of [
  ['an empty cluster', { nodes: [] }, samplePod('p'), 'no nodes available to schedule pods'],
  ['a cordon', { nodes: [sampleNode('a', { spec: { unschedulable: true } })] }, samplePod('p'), '1 node(s) were unschedulable'],
  [
    'a cordon that is tolerated',
    { nodes: [sampleNode('a', { spec: { unschedulable: true } })] },
    samplePod('p', { spec: { containers, tolerations: [CORDON_TOLERATION] } }),
    '→ a',
  ],
  ['a taint', { nodes: [sampleNode('a', { spec: { taints: [TAINT] } })] }, samplePod('p'), '1 node(s) had untolerated taint(s)'],
  [
    'a NoExecute taint',
    { nodes: [sampleNode('a', { spec: { taints: [{ ...TAINT, effect: 'NoExecute' }] } })] },
    samplePod('p'),
    '1 node(s) had untolerated taint(s)',
  ],
  ['a mild taint', { nodes: [sampleNode('a', { spec: { taints: [{ ...TAINT, effect: 'PreferNoSchedule' }] } })] }, samplePod('p'), '→ a'],
  [
    'a tolerated taint',
    { nodes: [sampleNode('a', { spec: { taints: [TAINT] } })] },
    samplePod('p', { spec: { containers, tolerations: [{ key: 'only', operator: 'Exists' }] } }),
    '→ a',
  ],
  [
    'a nodeSelector',
    { nodes: [sampleNode('a'), sampleNode('b', { labels: { disk: 'ssd' } })] },
    samplePod('p', { spec: { containers, nodeSelector: { disk: 'ssd' } } }),
    '→ b',
  ],
  [
    'an unmet nodeSelector',
    { nodes: [sampleNode('a')] },
    samplePod('p', { spec: { containers, nodeSelector: { disk: 'ssd' } } }),
    "1 node(s) didn't match Pod's node affinity/selector",
  ],
  ['a Node named by affinity', { nodes: [sampleNode('a'), sampleNode('b')] }, samplePod('p', withAffinity([named('b')])), '→ b'],
  [
    'a named Node that is not there',
    { nodes: [sampleNode('a'), sampleNode('b')] },
    samplePod('p', withAffinity([named('c')])),
    "2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
  ],
  [
    'a named Node that does not fit',
    { nodes: [sampleNode('a', { spec: { taints: [TAINT] } }), sampleNode('b')] },
    samplePod('p', withAffinity([named('a')])),
    "1 node(s) didn't satisfy plugin(s) [NodeAffinity], 1 node(s) had untolerated taint(s)",
  ],
  [
    'names that contradict each other',
    { nodes: [sampleNode('a'), sampleNode('b')] },
    samplePod(
      'p',
      withAffinity([
        {
          matchFields: [
            { key: 'metadata.name', operator: 'In', values: ['a'] },
            { key: 'metadata.name', operator: 'In', values: ['b'] },
          ],
        },
      ]),
    ),
    'pod affinity terms conflict',
  ],
  [
    'too large a request',
    { nodes: [sampleNode('a')] },
    samplePod('p', { requests: { cpu: '5', memory: '9Gi' } }),
    '1 Insufficient cpu, 1 Insufficient memory',
  ],
  [
    'ephemeral storage',
    { nodes: [sampleNode('a')] },
    samplePod('p', { requests: { 'ephemeral-storage': '101Gi' } }),
    '1 Insufficient ephemeral-storage',
  ],
  [
    'a resource that nobody has',
    { nodes: [sampleNode('a')] },
    samplePod('p', { requests: { 'example.test/gpu': '1' } }),
    '1 Insufficient example.test/gpu',
  ],
  [
    'a resource that one has',
    { nodes: [sampleNode('a'), sampleNode('b', { allocatable: { 'example.test/gpu': '1' } })] },
    samplePod('p', { requests: { 'example.test/gpu': '1' } }),
    '→ b',
  ],
  [
    'a full Node',
    { nodes: [sampleNode('a', { allocatable: { pods: '1' } })], placed: [[samplePod('q'), 'a']] },
    samplePod('p'),
    '1 Too many pods',
  ],
  [
    'exactly enough',
    { nodes: [sampleNode('a')], placed: [[samplePod('q', { requests: { cpu: '3' } }), 'a']] },
    samplePod('p', { requests: { cpu: '1' } }),
    '→ a',
  ],
  [
    'a thousandth too much',
    { nodes: [sampleNode('a')], placed: [[samplePod('q', { requests: { cpu: '3' } }), 'a']] },
    samplePod('p', { requests: { cpu: '1001m' } }),
    '1 Insufficient cpu',
  ],
  [
    'a taken port',
    { nodes: [sampleNode('a')], placed: [[samplePod('q', { hostPort: 80 }), 'a']] },
    samplePod('p', { hostPort: 80 }),
    "1 node(s) didn't have free ports for the requested pod ports",
  ],
  [
    'another port',
    { nodes: [sampleNode('a')], placed: [[samplePod('q', { hostPort: 80 }), 'a']] },
    samplePod('p', { hostPort: 81 }),
    '→ a',
  ],
  [
    'the emptier of two Nodes',
    { nodes: [sampleNode('a'), sampleNode('b')], placed: [[samplePod('q', { requests: { cpu: '2', memory: '4Gi' } }), 'a']] },
    samplePod('p'),
    '→ b',
  ],
  [
    'a Node that has the image',
    { nodes: [sampleNode('a', { images: [{ names: ['example.test/app:1'], sizeBytes: 2_000_000_000 }] }), sampleNode('b')] },
    samplePod('p'),
    '→ a',
  ],
  [
    'a Node without a mild taint',
    { nodes: [sampleNode('a', { spec: { taints: [{ ...TAINT, effect: 'PreferNoSchedule' }] } }), sampleNode('b')] },
    samplePod('p'),
    '→ b',
  ],
] as const) {
  test(`${title}: ${expected}`, () => assert.equal(outcome(scene, pod), expected));
}

test('a sidecar asks besides the containers, an init container only at its peak', () => {
  const resources = { requests: { cpu: '3' } };
  const main = { name: 'main', image: 'a', resources: { requests: { cpu: '2' } } };
  const nodes = [sampleNode('a')];
  const init = { name: 'init', image: 'a', resources };
  assert.equal(outcome({ nodes }, samplePod('p', { spec: { containers: [main], initContainers: [init] } })), '→ a');
  assert.equal(
    outcome({ nodes }, samplePod('p', { spec: { containers: [main], initContainers: [{ ...init, restartPolicy: 'Always' }] } })),
    '1 Insufficient cpu',
  );
});

test('the message says of which Nodes eviction might help, and that a Pod may not preempt', () => {
  const scene: Scene = {
    nodes: [sampleNode('a'), sampleNode('b', { spec: { taints: [TAINT] } })],
    placed: [[samplePod('q', { requests: { cpu: '4' } }), 'a']],
  };
  const first = decide(scene, samplePod('p', { requests: { cpu: '1' } }));
  assert.equal(
    first.kind === 'rejected' && first.message,
    '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
  );
  const second = decide(
    scene,
    samplePod('p', {
      requests: { cpu: '1' },
      spec: { containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: '1' } } }], preemptionPolicy: 'Never' },
    }),
  );
  assert.match(second.kind === 'rejected' ? second.message : '', /preemption: not eligible due to preemptionPolicy=Never\.$/);
});

type Action =
  | { readonly do: 'node'; readonly name: string; readonly cpu: number; readonly tainted: boolean }
  | { readonly do: 'drop'; readonly name: string }
  | { readonly do: 'place'; readonly pod: string; readonly name: string; readonly cpu: number }
  | { readonly do: 'remove'; readonly pod: string };

const nodeNames = fc.constantFrom('a', 'b', 'c', 'd');
const podNames = fc.constantFrom('p', 'q', 'r', 's', 't');
const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('node' as const), name: nodeNames, cpu: fc.integer({ min: 0, max: 6 }), tainted: fc.boolean() }),
  fc.record({ do: fc.constant('drop' as const), name: nodeNames }),
  fc.record({ do: fc.constant('place' as const), pod: podNames, name: nodeNames, cpu: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant('remove' as const), pod: podNames }),
);

test('answers that were kept through any changes are those that a fresh look gives', () => {
  fc.assert(
    fc.property(fc.array(actions, { maxLength: 30 }), (steps) => {
      const kept = new Snapshot();
      const cycle = new Cycle(PLUGINS, kept, seededRandom(1));
      const wanted = podInfoOf(samplePod('wanted', { requests: { cpu: '2' } }), meter);
      const nodes = new Map<string, Node>();
      const placed = new Map<string, readonly [Pod, string]>();
      for (const step of steps) {
        if (step.do === 'node') {
          const node = sampleNode(step.name, { allocatable: { cpu: String(step.cpu) }, spec: step.tainted ? { taints: [TAINT] } : {} });
          nodes.set(step.name, node);
          kept.setNode(node);
        } else if (step.do === 'drop') {
          nodes.delete(step.name);
          kept.removeNode(step.name);
        } else if (step.do === 'place') {
          const pod = samplePod(step.pod, { requests: { cpu: String(step.cpu) } });
          placed.set(step.pod, [pod, step.name]);
          kept.assume(podInfoOf(pod, meter), step.name);
        } else {
          placed.delete(step.pod);
          kept.remove(`uid-${step.pod}`);
        }
        cycle.decide(wanted);
      }
      const fresh = decide({ nodes: [...nodes.values()], placed: [...placed.values()] }, wanted.pod);
      const now = cycle.decide(wanted);
      assert.equal(now.kind, fresh.kind);
      if (now.kind === 'rejected' && fresh.kind === 'rejected') assert.equal(now.message, fresh.message);
    }),
    { numRuns: 200 },
  );
});
