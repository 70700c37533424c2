import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { canonicalize } from '../../../machinery/canonical.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import { printProblem } from '../../../machinery/problem.ts';
import { validate } from '../../../machinery/validation.ts';
import { pod } from './pod.ts';
import type { Pod } from './pod.ts';

function podOf(spec: object, metadata: object = {}, status: object = {}): Pod {
  const result = canonicalize(pod.struct, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', resourceVersion: '1', ...metadata },
    spec: { containers: [{ name: 'a', image: 'a:1' }], ...spec },
    status,
  });
  assert.ok(result.ok, 'canonical');
  applyDefaults(pod, result.object);
  return result.object;
}

function problems(next: Pod, old?: Pod, subresource = ''): readonly string[] {
  const operation = old === undefined ? 'create' : 'update';
  return [...new Set(validate(pod, next, old, { operation, subresource, namespace: 'default' }).map(printProblem))];
}

describe('defaults of a Pod', () => {
  test('fill in what the spec and its containers left out', () => {
    const { spec } = podOf({
      containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '1' } }, livenessProbe: { httpGet: { port: 80 } } }],
    });
    assert.equal(spec.restartPolicy, 'Always');
    assert.equal(spec.dnsPolicy, 'ClusterFirst');
    assert.equal(spec.terminationGracePeriodSeconds, 30);
    assert.equal(spec.enableServiceLinks, true);
    const [container] = spec.containers;
    assert.equal(container?.imagePullPolicy, 'Always');
    assert.deepEqual(container?.resources.requests, { cpu: '1' });
    assert.deepEqual(container?.livenessProbe, {
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  test('turn a volume without source into an emptyDir', () => {
    assert.deepEqual(podOf({ volumes: [{ name: 'v' }] }).spec.volumes, [{ name: 'v', emptyDir: {} }]);
  });

  test('give host ports to a Pod on the host network', () => {
    const { spec } = podOf({ hostNetwork: true, containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }] }] });
    assert.equal(spec.containers[0]?.ports?.[0]?.hostPort, 80);
  });
});

describe('checks of a new Pod', () => {
  test('pass a minimal one', () => assert.deepEqual(problems(podOf({})), []));

  test('name the field and the reason as upstream does', () => {
    const bad = podOf({
      containers: [
        { name: 'a', image: '', volumeMounts: [{ name: 'v', mountPath: '/x' }] },
        { name: 'a', image: 'b', ports: [{ containerPort: 0 }] },
      ],
      restartPolicy: 'Sometimes',
      volumes: [{ name: 'w', hostPath: { path: '/a/../b' } }],
    });
    assert.deepEqual(problems(bad), [
      'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
      'spec.containers[0].image: Required value',
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
      'spec.containers[1].ports[0].containerPort: Required value',
      'spec.containers[1].name: Duplicate value: "a"',
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ]);
  });

  test('compare requests with limits', () => {
    const resources = { requests: { cpu: '2' }, limits: { cpu: '1' } };
    assert.deepEqual(problems(podOf({ containers: [{ name: 'a', image: 'a', resources }] })), [
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ]);
  });

  test('refuse ephemeral containers', () => {
    assert.deepEqual(problems(podOf({ ephemeralContainers: [{ name: 'debug', image: 'b' }] })), [
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ]);
  });
});

describe('checks of a changed Pod', () => {
  test('let images change', () => {
    assert.deepEqual(problems(podOf({ containers: [{ name: 'a', image: 'a:2', imagePullPolicy: 'IfNotPresent' }] }), podOf({})), []);
  });

  test('show in a difference what may not change', () => {
    const [problem = ''] = problems(podOf({ nodeName: 'n2' }), podOf({ nodeName: 'n1' }));
    assert.match(problem, /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,/);
    assert.match(problem, /\n@@ -\d+,7 \+\d+,7 @@\n/);
    assert.match(problem, /\n- "NodeName": "n1",\n\+ "NodeName": "n2",\n/);
  });

  test('let scheduling gates only go', () => {
    const gated = podOf({ schedulingGates: [{ name: 'x' }] });
    assert.deepEqual(problems(podOf({}), gated), []);
    assert.deepEqual(problems(gated, podOf({})), [
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'x'",
    ]);
  });

  test('look only at the status when the status is written', () => {
    const old = podOf({}, {}, { phase: 'Running' });
    assert.deepEqual(problems(podOf({}, {}, { phase: 'Running', podIP: 'nonsense' }), old, 'status'), [
      'status.podIPs[0]: Invalid value: "nonsense": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
  });

  test('let ephemeral containers be added and never removed', () => {
    const debug = podOf({ ephemeralContainers: [{ name: 'debug', image: 'b' }] });
    assert.deepEqual(problems(debug, podOf({}), 'ephemeralcontainers'), []);
    assert.deepEqual(problems(podOf({}), debug, 'ephemeralcontainers'), [
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
    ]);
  });
});
