// ComponentStatus: the deprecated list of the control plane's parts. Nothing is stored; the store is the one part that is asked.

import { componentStatus } from '../../../../api/core/v1/component-status.ts';
import type { ComponentStatus } from '../../../../api/core/v1/component-status.ts';
import type { Kind } from '../../../../machinery/kind.ts';
import { defineResource } from '../../../../machinery/resource.ts';
import { notFoundError } from '../../../../machinery/status-error.ts';
import type { ServerParts } from '../../../../server/scope.ts';
import type { ApiRequest } from '../../../../server/api-request.ts';
import type { Strategy } from '../../../../server/strategy.ts';

const kind = componentStatus as Kind;
const NAME = 'etcd-0';
const DEPRECATED = 'v1 ComponentStatus is deprecated in v1.19+';

async function store({ store: asked }: ServerParts): Promise<ComponentStatus> {
  const health = await asked.progress().then(
    () => ({ status: 'True', message: 'ok' }),
    (error: unknown) => ({ status: 'False', message: error instanceof Error ? error.message : String(error) }),
  );
  return {
    kind: 'ComponentStatus',
    apiVersion: 'v1',
    metadata: { name: NAME } as ComponentStatus['metadata'],
    conditions: [{ type: 'Healthy', ...health }],
  };
}

export const componentStatusStrategy: Strategy = {
  definition: defineResource({ hub: kind }),
  verbs: ['get', 'list'],
  handlers: {
    async get(request: ApiRequest, parts: ServerParts) {
      request.warn(DEPRECATED);
      if (request.info.name !== NAME) throw notFoundError({ group: '', resource: 'componentstatuses' }, request.info.name);
      return { status: 200, body: { kind: 'object', of: kind, object: await store(parts) } };
    },
    async list(request: ApiRequest, parts: ServerParts) {
      request.warn(DEPRECATED);
      return { status: 200, body: { kind: 'list', of: kind, revision: '', items: [await store(parts)] } };
    },
  },
};
