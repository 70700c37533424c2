// ControllerRevision: one state of a controlled template.

import { defineKind } from '../../../machinery/kind.ts';
import { int64, rawExtension } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

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
});
export interface ControllerRevision extends Infer<typeof controllerRevision> {}
