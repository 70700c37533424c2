// How a RoleBinding is written: by those who hold what it grants.

import { roleBinding } from '../../../../api/rbac/v1/role-binding.ts';
import { resource } from '../resource.ts';
import { guardBinding } from './escalation.ts';

export const roleBindingStrategy = resource(roleBinding, { allowsCreateOnUpdate: true, begin: guardBinding('rolebindings') });
