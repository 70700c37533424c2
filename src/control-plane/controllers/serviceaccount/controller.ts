// ServiceAccount: every Namespace has a ServiceAccount called `default`.

import { namespace as namespaceKind } from '../../../api/core/v1/namespace.ts';
import type { Namespace } from '../../../api/core/v1/namespace.ts';
import { serviceAccount } from '../../../api/core/v1/service-account.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { defineController, done, mapped } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { isNamespaceTerminating } from '../../../runtime/workload/pod-control.ts';
import { missingAccounts } from './plan.ts';

export const serviceAccountController = defineController<Namespace>({
  name: 'service-account-controller',
  reconciles: namespaceKind,
  watches: [mapped(serviceAccount, ({ type, object }) => (type === 'deleted' ? [object.metadata.namespace ?? ''] : []))],
  async reconcile({ name: namespace }, { informers, client, signal }) {
    const object = informers.of(namespaceKind).get(namespace);
    for (const name of missingAccounts(object, (each) => informers.of(serviceAccount).get(cacheKey(namespace, each)) !== undefined)) {
      try {
        await client.create(serviceAccount, { metadata: { name, namespace } }, { signal });
      } catch (error) {
        const settled = isNamespaceTerminating(error) || isStatus(error, 'AlreadyExists', 'NotFound');
        if (!settled) throw error;
      }
    }
    return done;
  },
});
