// The flow schemas and priority levels that every cluster has, and the note on each schema that its level exists.

import { flowSchema } from '../../../api/flowcontrol/v1/flow-schema.ts';
import type { FlowSchema } from '../../../api/flowcontrol/v1/flow-schema.ts';
import { priorityLevelConfiguration } from '../../../api/flowcontrol/v1/priority-level-configuration.ts';
import type { Clock } from '../../../base/clock.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import bootstrap from '../bootstrap/flow-control.json' with { type: 'json' };
import { ensure } from './ensure.ts';
import type { LoopContext } from './parts.ts';

async function ensureSchema(context: LoopContext, clock: Clock, wanted: (typeof bootstrap.flowSchemas)[number]): Promise<void> {
  if (!(await ensure<FlowSchema>(context, flowSchema, wanted as Parameters<typeof ensure<FlowSchema>>[2]))) return;
  const { client, signal } = context;
  const { name } = wanted.spec.priorityLevelConfiguration;
  const created = await client.get(flowSchema, { name: wanted.metadata.name }, { signal });
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)} and it exists`;
  const condition = { type: 'Dangling', status: 'False', lastTransitionTime: printTime(clock.now()), reason: 'Found', message };
  await client.updateStatus(flowSchema, { ...created, status: { conditions: [condition] } }, { signal });
}

export async function ensureFlowControl(context: LoopContext, clock: Clock): Promise<void> {
  const levels = bootstrap.priorityLevelConfigurations as Parameters<
    typeof ensure<import('../../../api/flowcontrol/v1/priority-level-configuration.ts').PriorityLevelConfiguration>
  >[2][];
  await Promise.all(levels.map((each) => ensure(context, priorityLevelConfiguration, each)));
  await Promise.all(bootstrap.flowSchemas.map((each) => ensureSchema(context, clock, each)));
}
