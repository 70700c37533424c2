// NamespaceLifecycle: nothing is created in a namespace that does not exist or is going away, and some namespaces stay for good.

import { namespace as namespaceKind } from '../../../api/core/v1/namespace.ts';
import { forbiddenError, notFoundError, StatusError } from '../../../machinery/status-error.ts';
import { admissionForbidden } from '../../../server/admission.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../../../server/admission.ts';
import type { Lookups } from '../../../server/lookups.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Reviews of one's own rights make sense in a namespace that is not there (yet). */
const EXEMPT = new Set([
  'localsubjectaccessreviews',
  'subjectaccessreviews',
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'selfsubjectreviews',
]);

function terminating(attributes: AdmissionAttributes): StatusError {
  const { namespace } = attributes;
  const refusal = admissionForbidden(attributes, `unable to create new content in namespace ${namespace} because it is being terminated`);
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' };
  return new StatusError({
    code: refusal.code,
    reason: refusal.reason,
    message: refusal.message,
    details: { ...refusal.details, causes: [cause] },
  });
}

/** Decides by the cache, and by a live read before it refuses. */
export function namespaceLifecycle(lookups: Lookups): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    handles: (operation) => operation === 'CREATE' || operation === 'DELETE',
    async validate(attributes) {
      const { operation, resource, namespace, name, subresource } = attributes;
      if (resource.group === '' && resource.resource === 'namespaces') {
        if (operation === 'DELETE' && subresource === '' && IMMORTAL.has(name)) {
          throw forbiddenError({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted');
        }
        return;
      }
      if (operation !== 'CREATE' || namespace === '' || EXEMPT.has(resource.resource)) return;
      const found = lookups.cached(namespaceKind, '', namespace) ?? (await lookups.live(namespaceKind, '', namespace, attributes.signal));
      if (found === undefined) throw notFoundError({ group: '', resource: 'namespaces' }, namespace);
      if (found.metadata.deletionTimestamp !== undefined || found.status.phase === 'Terminating') throw terminating(attributes);
    },
  };
}
