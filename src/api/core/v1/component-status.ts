// ComponentStatus: the health of a control-plane component (deprecated).

import { nameColumn } from './workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { list, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const componentCondition = struct('io.k8s.api.core.v1.ComponentCondition', {
  type: string({ presence: 'always', pb: 1, required: 'published' }),
  status: string({ presence: 'always', pb: 2, required: 'published' }),
  message: string({ pb: 3 }),
  error: string({ pb: 4 }),
});
export interface ComponentCondition extends Infer<typeof componentCondition> {}

interface Component {
  readonly conditions?: readonly ComponentCondition[] | undefined;
}

const healthOf = ({ conditions = [] }: Component): ComponentCondition | undefined => conditions.findLast(({ type }) => type === 'Healthy');

function statusCell(component: Component): string {
  const health = healthOf(component);
  return health === undefined ? 'Unknown' : health.status === 'True' ? 'Healthy' : 'Unhealthy';
}

export const componentStatus = defineKind({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  shortNames: ['cs'],
  scope: 'Cluster',
  name: 'io.k8s.api.core.v1.ComponentStatus',
  fields: {
    conditions: list(componentCondition, { pb: 2, listType: 'map', listMapKeys: ['type'], mergeKey: 'type', patchStrategy: ['merge'] }),
  },
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', value: (component) => statusCell(component) },
    { name: 'Message', type: 'string', value: (component) => healthOf(component)?.message ?? '' },
    { name: 'Error', type: 'string', value: (component) => healthOf(component)?.error ?? '' },
  ],
});
export interface ComponentStatus extends Infer<typeof componentStatus> {}
