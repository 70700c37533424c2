// Resources of a container as the downward API shows them: in units of a divisor, rounded up; what has no limit may use what the node has.

import type { Node } from '../../../api/core/v1/node.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import type { ResourceFieldSelector } from '../../../api/core/v1/key-selectors.ts';
import type { Outcome } from '../../../machinery/outcome.ts';
import { isZeroQuantity, milliValue, quantityToNumber } from '../../../machinery/quantity.ts';
import { lookup } from '../../../machinery/schema.ts';
import type { AnyContainer } from '../seams.ts';

type ResourceList = Readonly<Record<string, string>>;

const DEFAULTED = ['cpu', 'memory', 'ephemeral-storage'];
const POD_LEVEL = ['cpu', 'memory'];

function limitOf(container: AnyContainer, resource: string, pod: Pod, allocatable: ResourceList | undefined): string | undefined {
  const own = lookup(container.resources.limits, resource);
  if (!DEFAULTED.includes(resource) || (own !== undefined && !isZeroQuantity(own))) return own;
  const ofPod = POD_LEVEL.includes(resource) ? lookup(pod.spec.resources?.limits, resource) : undefined;
  if (ofPod !== undefined && !isZeroQuantity(ofPod)) return ofPod;
  return lookup(allocatable, resource) ?? own;
}

/** The value of a `resourceFieldRef`; `own` is the container that asks, for references without a name. */
export function containerResource(
  ref: ResourceFieldSelector,
  pod: Pod,
  own: AnyContainer | undefined,
  node: Node | undefined,
): Outcome<string> {
  const { containerName = '', resource } = ref;
  const containers: readonly AnyContainer[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = containerName === '' ? own : containers.find(({ name }) => name === containerName);
  if (container === undefined) return { ok: false, error: `container ${containerName} not found` };
  const [, which = '', name = ''] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? [];
  if (which === '') return { ok: false, error: `unsupported container resource : ${resource}` };
  const amount = which === 'limits' ? limitOf(container, name, pod, node?.status.allocatable) : lookup(container.resources.requests, name);
  const divisor = ref.divisor === '' || isZeroQuantity(ref.divisor) ? '1' : ref.divisor;
  const measure = name === 'cpu' ? milliValue : quantityToNumber;
  return { ok: true, value: String(amount === undefined ? 0 : Math.ceil(measure(amount) / measure(divisor))) };
}
