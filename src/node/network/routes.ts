// Routes between nodes: each node reaches the Pods of another by way of that node's address (host-gw).
//
// R1. `planRoutes` decides and is pure. It touches only routes that carry Tyke's protocol number.

import type { NodeScope } from '../scope/index.ts';
import { expectSuccess } from '../scope/index.ts';

/** Marks our routes in the kernel's tables; any number that no routing daemon registered would do. */
export const ROUTE_PROTOCOL = '213';

export interface Route {
  readonly destination: string;
  readonly via: string;
}

/** A node as its peers see it. */
export interface RoutedNode {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
}

export interface RoutePlan {
  readonly replace: readonly Route[];
  readonly remove: readonly Route[];
}

/** What to change so that exactly the Pods of all other nodes are routed to them. */
export function planRoutes(wanted: readonly Route[], observed: readonly Route[]): RoutePlan {
  const same = (left: Route, right: Route): boolean => left.destination === right.destination && left.via === right.via;
  return {
    replace: wanted.filter((route) => !observed.some((other) => same(route, other))),
    remove: observed.filter((route) => !wanted.some((other) => other.destination === route.destination)),
  };
}

/** The routes that the node called `self` needs. */
export function peerRoutes(self: string, nodes: readonly RoutedNode[]): Route[] {
  return nodes.filter(({ name }) => name !== self).map(({ address, podCidr }) => ({ destination: podCidr, via: address }));
}

/** Our routes in the text of `ip route show proto`. */
export function parseRoutes(text: string): Route[] {
  return [...text.matchAll(/^(\S+) via (\S+)/gm)].map(([, destination = '', via = '']) => ({
    destination: destination.includes('/') ? destination : `${destination}/32`,
    via,
  }));
}

/** The plan as lines for `ip -batch`. */
export function routeCommands({ replace, remove }: RoutePlan): string[] {
  return [
    ...remove.map(({ destination, via }) => `route del ${destination} via ${via} proto ${ROUTE_PROTOCOL}`),
    ...replace.map(({ destination, via }) => `route replace ${destination} via ${via} proto ${ROUTE_PROTOCOL}`),
  ];
}

/** Makes the node's routes to the Pods of its peers what they must be now. */
export async function syncRoutes(scope: NodeScope, nodes: readonly RoutedNode[], signal: AbortSignal): Promise<RoutePlan> {
  const show = ['ip', '-4', 'route', 'show', 'proto', ROUTE_PROTOCOL];
  const observed = parseRoutes(expectSuccess(show, await scope.run(show, { signal })).stdout);
  const plan = planRoutes(peerRoutes(scope.node, nodes), observed);
  const commands = routeCommands(plan);
  if (commands.length > 0) {
    const batch = ['ip', '-batch', '-'];
    expectSuccess(batch, await scope.run(batch, { signal, stdin: commands.join('\n') }));
  }
  return plan;
}
