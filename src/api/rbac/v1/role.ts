// Role: rights within a namespace.

import { validateRules } from './rules-validation.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { nameIsPathSegment } from '../../../machinery/names.ts';
import { policyRule } from './rules.ts';
import { list } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const role = defineKind({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  scope: 'Namespaced',
  nameProblems: nameIsPathSegment,
  name: 'io.k8s.api.rbac.v1.Role',
  fields: {
    rules: list(policyRule, { presence: 'always', pb: 2, listType: 'atomic' }),
  },
  check: ({ rules }, _old, at) => [...validateRules(rules, true, at.child('rules'))],
});
export interface Role extends Infer<typeof role> {}
