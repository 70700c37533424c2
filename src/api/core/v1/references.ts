// References from one object to another.

import { string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const localObjectReference = struct(
  'io.k8s.api.core.v1.LocalObjectReference',
  {
    name: string({ pb: 1, default: '' }),
  },
  { structType: 'atomic' },
);
export interface LocalObjectReference extends Infer<typeof localObjectReference> {}

export const objectReference = struct(
  'io.k8s.api.core.v1.ObjectReference',
  {
    kind: string({ pb: 1 }),
    namespace: string({ pb: 2 }),
    name: string({ pb: 3 }),
    uid: string({ pb: 4 }),
    apiVersion: string({ pb: 5 }),
    resourceVersion: string({ pb: 6 }),
    fieldPath: string({ pb: 7 }),
  },
  { structType: 'atomic' },
);
export interface ObjectReference extends Infer<typeof objectReference> {}

export const typedLocalObjectReference = struct(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  {
    apiGroup: string({ presence: 'pointer', pb: 1 }),
    kind: string({ presence: 'always', pb: 2, required: 'published' }),
    name: string({ presence: 'always', pb: 3, required: 'published' }),
  },
  { structType: 'atomic' },
);
export interface TypedLocalObjectReference extends Infer<typeof typedLocalObjectReference> {}

export const typedObjectReference = struct('io.k8s.api.core.v1.TypedObjectReference', {
  apiGroup: string({ presence: 'pointer', pb: 1 }),
  kind: string({ presence: 'always', pb: 2, required: 'published' }),
  name: string({ presence: 'always', pb: 3, required: 'published' }),
  namespace: string({ presence: 'pointer', pb: 4 }),
});
export interface TypedObjectReference extends Infer<typeof typedObjectReference> {}

export const secretReference = struct(
  'io.k8s.api.core.v1.SecretReference',
  {
    name: string({ pb: 1 }),
    namespace: string({ pb: 2 }),
  },
  { structType: 'atomic' },
);
export interface SecretReference extends Infer<typeof secretReference> {}
