import assert from 'node:assert/strict';
import { test } from 'node:test';

import { podLimits, podRequests } from './pod-resources.ts';
import { qosClassOf } from './pod-qos.ts';

const asking = (cpu: string, restartPolicy?: string) => ({ name: cpu, resources: { requests: { cpu } }, restartPolicy });

test('containers add up, and the largest init container beside its sidecars is a lower bound', () => {
  assert.deepEqual(podRequests({ containers: [asking('1'), asking('500m')] }), { cpu: '1500m' });
  assert.deepEqual(podRequests({ containers: [asking('1')], initContainers: [asking('3')] }), { cpu: '3' });
  assert.deepEqual(podRequests({ containers: [asking('1')], initContainers: [asking('1', 'Always'), asking('3')] }), { cpu: '4' });
  assert.deepEqual(podRequests({ containers: [asking('1')], initContainers: [asking('3'), asking('1', 'Always')] }), { cpu: '3' });
});

test("the Pod's own figures win, and overhead comes on top", () => {
  const pod = {
    containers: [asking('1')],
    resources: { requests: { cpu: '2' }, limits: { memory: '1Gi' } },
    overhead: { cpu: '100m', memory: '1Gi' },
  };
  assert.deepEqual(podRequests(pod), { cpu: '2100m', memory: '1Gi' });
  assert.deepEqual(podLimits(pod), { memory: '2Gi' });
});

test('the class of service follows requests and limits', () => {
  const full = { cpu: '1', memory: '1Gi' };
  const classOf = (resources: object) => qosClassOf({ containers: [{ name: 'a', resources }] });
  assert.equal(classOf({}), 'BestEffort');
  assert.equal(classOf({ requests: { cpu: '1' } }), 'Burstable');
  assert.equal(classOf({ requests: full, limits: full }), 'Guaranteed');
  assert.equal(classOf({ requests: { ...full, cpu: '500m' }, limits: full }), 'Burstable');
});
