// The table of bindings: which role, and to whom.

import type { Column, KubeObject } from '../../../machinery/kind.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import type { RoleRef, Subject } from './rules.ts';

interface BindingObject extends KubeObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | undefined;
}

function named({ subjects = [] }: BindingObject, wanted: string): string {
  const ofKind = subjects.filter(({ kind }) => kind === wanted);
  return ofKind.map(({ name, namespace = '' }) => (wanted === 'ServiceAccount' ? `${namespace}/${name}` : name)).join(', ');
}

export const bindingColumns: readonly Column<BindingObject>[] = [
  nameColumn,
  { name: 'Role', type: 'string', value: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
  ageColumn,
  { name: 'Users', type: 'string', priority: 1, value: (binding) => named(binding, 'User') },
  { name: 'Groups', type: 'string', priority: 1, value: (binding) => named(binding, 'Group') },
  { name: 'ServiceAccounts', type: 'string', priority: 1, value: (binding) => named(binding, 'ServiceAccount') },
];
