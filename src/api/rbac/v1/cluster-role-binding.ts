// ClusterRoleBinding: grants a ClusterRole everywhere.

import { RBAC_GROUP, validateBinding } from './rules-validation.ts';
import { bindingColumns } from './binding-columns.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { roleRef, subject } from './rules.ts';
import { field, list } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const clusterRoleBinding = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  scope: 'Cluster',
  nameProblems: nameIsPathSegment,
  name: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  fields: {
    subjects: list(subject, { pb: 2, listType: 'atomic' }),
    roleRef: field(roleRef, { presence: 'always', pb: 3, required: 'published' }),
  },
  defaults({ roleRef }) {
    roleRef.apiGroup ||= RBAC_GROUP;
  },
  check: (next, old, at) => [...validateBinding(next, old, false, at)],
  columns: bindingColumns,
});
export interface ClusterRoleBinding extends Infer<typeof clusterRoleBinding> {}
