// How a Namespace is written. It outlives its deletion until everything in it is gone: its controller then empties spec.finalizers.

import { namespace } from '../../../../api/core/v1/namespace.ts';
import type { Namespace } from '../../../../api/core/v1/namespace.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { keepField, resource, statusOnly } from '../resource.ts';

const KUBERNETES = 'kubernetes';

/** Every Namespace carries its name as a label, one whose name was generated too. */
function labelName({ metadata }: Draft<Namespace>): void {
  metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' };
}

export const namespaceStrategy = resource(namespace, {
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  returnsDeletedObject: true,
  prepareForCreate(draft) {
    labelName(draft);
    draft.status = { phase: 'Active' };
    const finalizers = draft.spec.finalizers ?? [];
    if (!finalizers.includes(KUBERNETES)) draft.spec.finalizers = [...finalizers, KUBERNETES];
  },
  prepareForUpdate(draft, old) {
    labelName(draft);
    keepField(draft.spec, old.spec, 'finalizers');
    keepField(draft, old, 'status');
  },
  keepsDeleted(draft) {
    draft.status.phase = 'Terminating';
    return (draft.spec.finalizers ?? []).length > 0;
  },
  subresources: {
    status: statusOnly(),
    finalize: { kind: 'object', verbs: ['update'], merge: (draft, old) => keepField(draft, old, 'status') },
  },
});
