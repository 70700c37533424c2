// ControllerRevision: one state of a controlled template, numbered, and never changed.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { defineKind, parseGroupVersion } from '../../../machinery/kind.ts';
import type { ObjectMeta } from '../../../machinery/object-meta.ts';
import { required } from '../../../machinery/problem.ts';
import { ageColumn, nameColumn } from '../../core/v1/workload-cells.ts';
import { nonNegative, unchanged } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { int64, rawExtension } from '../../../machinery/schema.ts';
import type { Infer, Int64 } from '../../../machinery/schema.ts';

interface Snapshot {
  readonly data: unknown;
  readonly revision: Int64;
}

function* validateRevision({ data, revision }: Snapshot, old: Snapshot | undefined, at: FieldPath): Problems {
  const here = at.child('data');
  yield* nonNegative(at.child('revision'), revision);
  if (old !== undefined) yield* unchanged(here, data, old.data);
  else if (data === undefined || data === null) yield required(here, 'data is mandatory');
  else if (typeof data !== 'object' || Array.isArray(data)) yield required(here, 'data must be a valid JSON object');
}

function controllerCell({ ownerReferences = [] }: ObjectMeta): string {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const { group = '' } = parseGroupVersion(owner.apiVersion) ?? {};
  return `${owner.kind}${group === '' ? '' : `.${group}`}`.toLowerCase() + `/${owner.name}`;
}

export const controllerRevision = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  scope: 'Namespaced',
  name: 'io.k8s.api.apps.v1.ControllerRevision',
  fields: {
    data: rawExtension({ presence: 'always', pb: 2 }),
    revision: int64({ presence: 'always', pb: 3, required: 'published' }),
  },
  check: (next, old, at) => [...validateRevision(next, old, at)],
  columns: [
    nameColumn,
    { name: 'Controller', type: 'string', value: ({ metadata }) => controllerCell(metadata) },
    { name: 'Revision', type: 'string', value: ({ revision }) => Number(revision) },
    ageColumn,
  ],
});
export interface ControllerRevision extends Infer<typeof controllerRevision> {}
