// The table of Nodes: readiness, roles, versions and addresses.

import type { Column, KubeObject } from '../../../machinery/kind.ts';
import type { NodeSpec, NodeStatus } from './node.ts';
import { ageColumn, nameColumn } from './workload-cells.ts';

interface NodeObject extends KubeObject {
  readonly spec: NodeSpec;
  readonly status: NodeStatus;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE = 'kubernetes.io/role';

/** What a Node is for, by its labels, sorted. */
export function nodeRoles({ metadata }: KubeObject): readonly string[] {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length);
    return key === ROLE ? value : '';
  });
  return [...new Set(roles.filter((each) => each !== ''))].toSorted();
}

function statusCell({ spec, status }: NodeObject): string {
  const ready = (status.conditions ?? []).findLast(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const addressCell = ({ status }: NodeObject, wanted: string): string =>
  (status.addresses ?? []).find(({ type }) => type === wanted)?.address ?? '<none>';

function kernelCell({ nodeInfo }: NodeStatus): string {
  const version = nodeInfo.kernelVersion || '<unknown>';
  return nodeInfo.architecture === '' ? version : `${version} (${nodeInfo.architecture})`;
}

export const nodeColumns: readonly Column<NodeObject>[] = [
  nameColumn,
  { name: 'Status', type: 'string', value: statusCell },
  { name: 'Roles', type: 'string', value: (node) => nodeRoles(node).join(',') || '<none>' },
  ageColumn,
  { name: 'Version', type: 'string', value: ({ status }) => status.nodeInfo.kubeletVersion },
  { name: 'Internal-IP', type: 'string', priority: 1, value: (node) => addressCell(node, 'InternalIP') },
  { name: 'External-IP', type: 'string', priority: 1, value: (node) => addressCell(node, 'ExternalIP') },
  { name: 'OS-Image', type: 'string', priority: 1, value: ({ status }) => status.nodeInfo.osImage || '<unknown>' },
  { name: 'Kernel-Version', type: 'string', priority: 1, value: ({ status }) => kernelCell(status) },
  {
    name: 'Container-Runtime',
    type: 'string',
    priority: 1,
    value: ({ status }) => status.nodeInfo.containerRuntimeVersion || '<unknown>',
  },
];
