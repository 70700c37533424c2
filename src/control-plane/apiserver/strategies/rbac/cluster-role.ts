// How a ClusterRole is written: by those who hold what it grants.

import { clusterRole } from '../../../../api/rbac/v1/cluster-role.ts';
import { resource } from '../resource.ts';
import { guardRole } from './escalation.ts';

export const clusterRoleStrategy = resource(clusterRole, { allowsCreateOnUpdate: true, begin: guardRole('clusterroles') });
