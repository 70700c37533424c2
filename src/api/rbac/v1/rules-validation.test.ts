import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalize } from '../../../machinery/canonical.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import { printProblem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { validate } from '../../../machinery/validation.ts';
import { clusterRoleBinding } from './cluster-role-binding.ts';
import type { ClusterRoleBinding } from './cluster-role-binding.ts';

function bindingTo(role: string): Draft<ClusterRoleBinding> {
  const result = canonicalize(clusterRoleBinding.struct, {
    metadata: { name: 'system:kube-dns', resourceVersion: '1' },
    roleRef: { kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', name: 'jane' }],
  });
  assert.ok(result.ok);
  applyDefaults(clusterRoleBinding, result.object);
  return result.object;
}

test('names with colons are fine, and groups are filled in', () => {
  const binding = bindingTo('system:x');
  assert.deepEqual(validate(clusterRoleBinding, binding, undefined, { operation: 'create', subresource: '', namespace: '' }), []);
  assert.deepEqual([binding.roleRef.apiGroup, binding.subjects?.[0]?.apiGroup], ['rbac.authorization.k8s.io', 'rbac.authorization.k8s.io']);
});

test('a binding keeps its role', () => {
  const problems = validate(clusterRoleBinding, bindingTo('b'), bindingTo('a'), { operation: 'update', subresource: '', namespace: '' });
  const shown = '{"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"b"}';
  assert.deepEqual(problems.map(printProblem), [`roleRef: Invalid value: ${shown}: cannot change roleRef`]);
});
