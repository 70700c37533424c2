// Which Pod, container and kubelet a request is about.

import { node } from '../../../api/core/v1/node.ts';
import { pod } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { badRequestError, notFoundError } from '../../../machinery/status-error.ts';
import type { ApiRequest } from '../../../server/api-request.ts';
import type { Lookups } from '../../../server/lookups.ts';
import type { Backend, KubeletConnector } from './backend.ts';

/** The Pod that the request names. */
export async function podOf(
  { info, signal }: Pick<ApiRequest, 'info' | 'signal'>,
  lookups: Lookups,
  name: string = info.name,
): Promise<Pod> {
  const found = await lookups.live(pod, info.namespace, name, signal);
  if (found === undefined) throw notFoundError({ group: '', resource: 'pods' }, name);
  return found;
}

/** The container that is meant: the one named, or the only one. */
export function containerOf({ metadata, spec }: Pod, asked: string): string {
  const { name = '' } = metadata;
  const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map((each) => each.name);
  if (asked !== '') {
    if (!all.includes(asked)) throw badRequestError(`container ${asked} is not valid for pod ${name}`);
    return asked;
  }
  const [only, ...more] = spec.containers;
  if (only === undefined) throw badRequestError(`a container name must be specified for pod ${name}`);
  if (more.length > 0) throw badRequestError(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
  return only.name;
}

/** The kubelet of a node. */
export async function kubeletOf(nodeName: string, lookups: Lookups, kubelets: KubeletConnector, signal: AbortSignal): Promise<Backend> {
  const found = lookups.cached(node, '', nodeName) ?? (await lookups.live(node, '', nodeName, signal));
  if (found === undefined) throw notFoundError({ group: '', resource: 'nodes' }, nodeName);
  return kubelets.connect(found);
}

export const pathOf = (...parts: readonly string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('');
