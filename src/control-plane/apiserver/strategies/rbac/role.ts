// How a Role is written: by those who hold what it grants.

import { role } from '../../../../api/rbac/v1/role.ts';
import { resource } from '../resource.ts';
import { guardRole } from './escalation.ts';

export const roleStrategy = resource(role, { allowsCreateOnUpdate: true, begin: guardRole('roles') });
