// The namespaces that every cluster has.

import { namespace } from '../../../api/core/v1/namespace.ts';
import { ensure } from './ensure.ts';
import type { LoopContext } from './parts.ts';

const NAMES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

export async function ensureSystemNamespaces(context: LoopContext): Promise<void> {
  await Promise.all(NAMES.map((name) => ensure(context, namespace, { metadata: { name } })));
}
