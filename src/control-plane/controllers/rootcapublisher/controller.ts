// Root CA publisher: every Namespace has a ConfigMap with the cluster's certificate authority.

import { configMap } from '../../../api/core/v1/config-map.ts';
import type { ConfigMap } from '../../../api/core/v1/config-map.ts';
import { namespace as namespaceKind } from '../../../api/core/v1/namespace.ts';
import type { Namespace } from '../../../api/core/v1/namespace.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { defineController, done, mapped } from '../../../runtime/controller.ts';
import type { ControllerDefinition } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { isNamespaceTerminating } from '../../../runtime/workload/pod-control.ts';
import { plan, ROOT_CA_CONFIG_MAP } from './plan.ts';

/** The controller that publishes `rootCa` (PEM). */
export const rootCaPublisher = (rootCa: string): ControllerDefinition =>
  defineController<Namespace>({
    name: 'root-ca-certificate-publisher',
    reconciles: namespaceKind,
    watches: [mapped(configMap, ({ object }) => (object.metadata.name === ROOT_CA_CONFIG_MAP ? [object.metadata.namespace ?? ''] : []))],
    async reconcile({ name }, { informers, client, signal }) {
      const namespace = informers.of(namespaceKind).get(name);
      if (namespace === undefined || namespace.status.phase !== 'Active') return done;
      const present = informers.of(configMap).get(cacheKey(name, ROOT_CA_CONFIG_MAP));
      const next = plan(name, rootCa, present);
      if (next === undefined) return done;
      try {
        if (present === undefined) await client.create(configMap, next, { signal });
        else await client.update(configMap, next as ConfigMap, { signal });
      } catch (error) {
        if (!isNamespaceTerminating(error) && !isStatus(error, 'NotFound')) throw error;
      }
      return done;
    },
  });
