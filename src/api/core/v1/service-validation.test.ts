import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize } from '../../../machinery/canonical.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import { printProblem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { tableOf } from '../../../machinery/table.ts';
import { validate } from '../../../machinery/validation.ts';
import { service } from './service.ts';
import type { Service } from './service.ts';

function defaulted(spec: object): Draft<Service> {
  const result = canonicalize(service.struct, { metadata: { name: 'web', namespace: 'default', resourceVersion: '1' }, spec });
  assert.ok(result.ok);
  applyDefaults(service, result.object);
  return result.object;
}

const ON_CREATE = { operation: 'create', subresource: '', namespace: 'default' } as const;
const ON_UPDATE = { operation: 'update', subresource: '', namespace: 'default' } as const;

test('a Service is completed from its ports alone', () => {
  const { spec } = defaulted({ ports: [{ port: 80 }] });
  assert.deepEqual(spec, {
    ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
  });
});

test('several ports need names, and none of them twice', () => {
  const problems = validate(
    service,
    defaulted({ ports: [{ port: 80 }, { port: 81, name: 'a' }, { port: 82, name: 'a' }] }),
    undefined,
    ON_CREATE,
  );
  assert.deepEqual(problems.map(printProblem), ['spec.ports[0].name: Required value', 'spec.ports[2].name: Duplicate value: "a"']);
});

test('the address of a Service stays, and its second one may be released for a single stack only', () => {
  const both = { ports: [{ port: 80 }], clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', 'fd00::1'], ipFamilies: ['IPv4', 'IPv6'] };
  const one = { ...both, clusterIPs: ['10.96.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'PreferDualStack' };
  const released = validate(service, defaulted(one), defaulted(both), ON_UPDATE);
  assert.deepEqual(released.map(printProblem), [
    'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary clusterIP',
    'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary ipFamily',
  ]);
  const moved = validate(service, defaulted({ ...one, clusterIP: '10.96.0.2', clusterIPs: ['10.96.0.2'] }), defaulted(one), ON_UPDATE);
  assert.deepEqual(moved.map(printProblem), ['spec.clusterIPs[0]: Invalid value: ["10.96.0.2"]: may not change once set']);
});

test('the table shows node ports beside ports, and a balancer that has no address yet as pending', () => {
  const shown = defaulted({ type: 'LoadBalancer', clusterIPs: ['10.96.0.1'], ports: [{ port: 80, nodePort: 30080 }] });
  const [row] = tableOf(service, [shown], { nowMs: 0 }).rows;
  assert.deepEqual(row?.cells, ['web', 'LoadBalancer', '10.96.0.1', '<pending>', '80:30080/TCP', '<unknown>', '<none>']);
});
