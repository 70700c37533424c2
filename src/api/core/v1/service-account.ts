// ServiceAccount: the identity of Pods.

import { ageColumn, nameColumn } from './workload-cells.ts';
import { defineKind } from '../../../machinery/kind.ts';
import { localObjectReference, objectReference } from './references.ts';
import { boolean, list } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const serviceAccount = defineKind({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  scope: 'Namespaced',
  name: 'io.k8s.api.core.v1.ServiceAccount',
  fields: {
    secrets: list(objectReference, { pb: 2, listType: 'map', listMapKeys: ['name'], mergeKey: 'name', patchStrategy: ['merge'] }),
    imagePullSecrets: list(localObjectReference, { pb: 3, listType: 'atomic' }),
    automountServiceAccountToken: boolean({ presence: 'pointer', pb: 4 }),
  },
  columns: [nameColumn, ageColumn],
});
export interface ServiceAccount extends Infer<typeof serviceAccount> {}
