// How a FlowSchema is written: what is reset, kept and counted.

import { flowSchema } from '../../../../api/flowcontrol/v1/flow-schema.ts';
import { resource, statusOnly } from '../resource.ts';

export const flowSchemaStrategy = resource(flowSchema, {
  resetOnCreate: ['status'],
  resetOnUpdate: ['status'],
  bumpsGeneration: ['spec'],
  subresources: { status: statusOnly({ keeps: 'metadata' }) },
});
