// What a Pod takes of a Node, as numbers: for what must be free, and for weighing Nodes.

import type { Pod } from '../../api/core/v1/pod.ts';
import type { PodSpec } from '../../api/core/v1/pod-spec.ts';
import { isSidecar, podRequests } from '../../api/core/v1/pod-resources.ts';
import type { ResourceList } from '../../api/core/v1/pod-resources.ts';
import { lookup } from '../../machinery/schema.ts';
import { milliValue, quantityToNumber } from '../../machinery/quantity.ts';

/** Amounts by resource name: cpu in thousandths, everything else in whole units. */
export type Amounts = ReadonlyMap<string, number>;

export interface HostPort {
  readonly protocol: string;
  readonly port: number;
  /** Empty and 0.0.0.0 both mean every address. */
  readonly ip: string;
}

export interface PodUsage {
  /** Zero amounts are left out. */
  readonly amounts: Amounts;
  /** As `amounts` has them, for weighing: containers that ask for nothing count as small ones. */
  readonly weighedCpu: number;
  readonly weighedMemory: number;
}

const SMALL_CPU = '100m';
const SMALL_MEMORY = String(200 * 1024 * 1024);

/** The number that stands for an amount of a resource. */
export const amountOf = (name: string, quantity: string): number => (name === 'cpu' ? milliValue(quantity) : quantityToNumber(quantity));

const FIRST = ['cpu', 'memory', 'ephemeral-storage'];

/** The numbers of a list of quantities, the common ones first; zeros are left out. */
export function amountsOf(list: ResourceList = {}): Amounts {
  const amounts = new Map<string, number>();
  for (const name of [...FIRST, ...Object.keys(list).filter((other) => !FIRST.includes(other))]) {
    const amount = amountOf(name, lookup(list, name) ?? '0');
    if (amount !== 0) amounts.set(name, amount);
  }
  return amounts;
}

type Resourced = PodSpec['containers'][number];

function atLeastSmall(container: Resourced): Resourced {
  const requests = { cpu: SMALL_CPU, memory: SMALL_MEMORY, ...container.resources.requests };
  return { ...container, resources: { ...container.resources, requests } };
}

function measure(spec: PodSpec): PodUsage {
  const weighed = podRequests({
    ...spec,
    containers: spec.containers.map(atLeastSmall),
    initContainers: spec.initContainers?.map(atLeastSmall),
  });
  return {
    amounts: amountsOf(podRequests(spec)),
    weighedCpu: amountOf('cpu', weighed['cpu'] ?? '0'),
    weighedMemory: amountOf('memory', weighed['memory'] ?? '0'),
  };
}

const MOST_SHAPES = 1024;

/** Measures Pods; those of one template are measured once. */
export class UsageMeter {
  readonly #known = new Map<string, PodUsage>();

  of({ spec }: Pod): PodUsage {
    const shape = JSON.stringify([
      spec.containers.map(({ resources }) => resources),
      spec.initContainers?.map(({ resources, restartPolicy }) => [resources, restartPolicy]),
      spec.resources,
      spec.overhead,
    ]);
    const known = this.#known.get(shape);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_SHAPES) this.#known.clear();
    const usage = measure(spec);
    this.#known.set(shape, usage);
    return usage;
  }
}

/** The ports of the Node itself that the Pod listens on. */
export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const running = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
  return running.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = '', protocol = '' }) =>
      hostPort <= 0 ? [] : [{ protocol: protocol === '' ? 'TCP' : protocol, port: hostPort, ip: hostIP === '0.0.0.0' ? '' : hostIP }],
    ),
  );
}

/** Whether two Pods cannot listen on the same Node. */
export function portsConflict(left: readonly HostPort[], right: readonly HostPort[]): boolean {
  return left.some((one) =>
    right.some(({ protocol, port, ip }) => port === one.port && protocol === one.protocol && (ip === '' || one.ip === '' || ip === one.ip)),
  );
}
