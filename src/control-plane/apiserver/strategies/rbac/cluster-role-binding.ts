// How a ClusterRoleBinding is written: by those who hold what it grants.

import { clusterRoleBinding } from '../../../../api/rbac/v1/cluster-role-binding.ts';
import { resource } from '../resource.ts';
import { guardBinding } from './escalation.ts';

export const clusterRoleBindingStrategy = resource(clusterRoleBinding, {
  allowsCreateOnUpdate: true,
  begin: guardBinding('clusterrolebindings'),
});
