import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refusal } from './admission.ts';
import { exampleNode, examplePod } from './runtime-fixture.ts';

const node = exampleNode({
  metadata: { name: 'n', labels: { disk: 'ssd' } },
  status: { allocatable: { cpu: '2', memory: '1Gi', pods: '3' } },
});
const asking = (cpu: string) => examplePod({ containers: [{ name: 'main', image: 'x', resources: { requests: { cpu } } }] });
const onPort = (hostPort: number, hostIP?: string) =>
  examplePod({
    containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 80, hostPort, ...(hostIP === undefined ? {} : { hostIP }) }] }],
  });

test('a Pod that fits is let in', () => {
  assert.equal(refusal(asking('1'), node, [asking('1')]), undefined);
  assert.equal(refusal(examplePod({ nodeSelector: { disk: 'ssd' } }), node, []), undefined);
});

test('what is short is named, with amounts', () => {
  assert.deepEqual(refusal(asking('1500m'), node, [asking('1')]), {
    reason: 'OutOfcpu',
    message: "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
  });
  assert.equal(refusal(examplePod(), node, [examplePod(), examplePod(), examplePod()])?.reason, 'OutOfpods');
});

test('labels, ports and the operating system must match', () => {
  assert.equal(refusal(examplePod({ nodeSelector: { disk: 'hdd' } }), node, [])?.reason, 'NodeAffinity');
  assert.equal(refusal(onPort(80), node, [onPort(80)])?.reason, 'NodePorts');
  assert.equal(refusal(onPort(80, '1.1.1.1'), node, [onPort(80, '2.2.2.2')]), undefined);
  assert.equal(refusal(examplePod({ os: { name: 'windows' } }), node, [])?.reason, 'PodOSNotSupported');
});
