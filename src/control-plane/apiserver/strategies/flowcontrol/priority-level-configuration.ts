// How a PriorityLevelConfiguration is written: what is reset, kept and counted.

import { priorityLevelConfiguration } from '../../../../api/flowcontrol/v1/priority-level-configuration.ts';
import { resource, statusOnly } from '../resource.ts';

export const priorityLevelConfigurationStrategy = resource(priorityLevelConfiguration, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  subresources: { status: statusOnly({ keeps: 'metadata' }) },
});
