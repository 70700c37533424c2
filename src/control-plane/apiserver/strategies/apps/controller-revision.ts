// ControllerRevision: numbered snapshots of a workload, never reset.

import { controllerRevision } from '../../../../api/apps/v1/controller-revision.ts';
import { resource } from '../resource.ts';

export const controllerRevisionStrategy = resource(controllerRevision);
