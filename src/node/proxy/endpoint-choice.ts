// Which endpoints may receive traffic for one port of a Service: the ready ones, and while none is ready, those that still serve
// although they are being ended.

import type { Endpoint, EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import type { ServicePort } from '../../api/core/v1/service.ts';

/** One address and port that a Pod listens on. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  /** Whether it runs on this node, or may do so for all that is known. */
  readonly mayBeLocal: boolean;
}

export interface Backends {
  /** Of the whole cluster. */
  readonly cluster: readonly Backend[];
  /** Of this node only. */
  readonly local: readonly Backend[];
}

interface Candidate extends Backend {
  readonly local: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** The endpoints of `port`, ordered so that equal inputs give equal rules. */
export function chooseBackends(port: ServicePort, slices: Iterable<EndpointSlice>, nodeName: string): Backends {
  const candidates = [...collect(port, slices, nodeName).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  return { cluster: preferReady(candidates), local: preferReady(candidates.filter(({ local }) => local)) };
}

function preferReady(candidates: readonly Candidate[]): Candidate[] {
  const ready = candidates.filter((candidate) => candidate.ready);
  return ready.length > 0 ? ready : candidates.filter((candidate) => candidate.serving && candidate.terminating);
}

function collect(port: ServicePort, slices: Iterable<EndpointSlice>, nodeName: string): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue;
    for (const { name, protocol, port: number } of slice.ports ?? []) {
      if ((name ?? '') !== (port.name ?? '') || (protocol ?? 'TCP') !== (port.protocol ?? 'TCP')) continue;
      if (number === undefined || number === 0) continue;
      for (const endpoint of slice.endpoints ?? []) add(found, endpoint, number, nodeName);
    }
  }
  return found;
}

function add(found: Map<string, Candidate>, endpoint: Endpoint, port: number, nodeName: string): void {
  const [address] = endpoint.addresses ?? [];
  if (address === undefined) return;
  const { ready = true, serving = true, terminating = false } = endpoint.conditions ?? {};
  const key = `${address}:${port}`;
  // A Pod may stand in two slices for a moment, while it is moved; what is ready in one of them is ready.
  if (found.get(key)?.ready === true) return;
  const local = endpoint.nodeName === nodeName;
  found.set(key, { address, port, local, mayBeLocal: local || endpoint.nodeName === undefined, ready, serving, terminating });
}
