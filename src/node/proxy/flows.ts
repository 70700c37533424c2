// Tracked UDP flows that still lead to an endpoint that is gone: unlike TCP, a UDP client never reconnects, so the kernel must be told
// to forget them.
//
// F1. Only flows to our own frontends are touched: known addresses and ports, node ports, and addresses of the Service range.

import { inRange } from './address-range.ts';

/** One tracked flow: where it was sent, and who answers. */
export interface Flow {
  readonly address: string;
  readonly port: number;
  readonly answering: string;
  readonly answeringPort: number;
}

/** What `conntrack -L -p udp` says. */
export function parseFlows(text: string): Flow[] {
  const flows: Flow[] = [];
  for (const line of text.split('\n')) {
    const values = { src: [], dst: [], sport: [], dport: [] } as Record<string, string[]>;
    for (const [, name = '', value = ''] of line.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)) values[name]?.push(value);
    const [address] = values['dst'] ?? [];
    const [port] = values['dport'] ?? [];
    // The first tuple is what was sent, the second what comes back.
    const [, answering] = values['src'] ?? [];
    const [, answeringPort] = values['sport'] ?? [];
    if (address === undefined || answering === undefined) continue;
    flows.push({ address, port: Number(port), answering, answeringPort: Number(answeringPort) });
  }
  return flows;
}

export interface FlowRules {
  /** The value of a `udp` key of the ruleset. */
  readonly targets: (key: string) => string | undefined;
  readonly serviceCidr: string;
  readonly nodeAddress: string;
}

/** The flows to forget, each kind once. */
export function staleFlows(flows: readonly Flow[], rules: FlowRules): Flow[] {
  const stale = new Map<string, Flow>();
  for (const flow of flows) if (isStale(flow, rules)) stale.set(Object.values(flow).join(' '), flow);
  return [...stale.values()];
}

function isStale({ address, port, answering, answeringPort }: Flow, { targets, serviceCidr, nodeAddress }: FlowRules): boolean {
  const translated = answering !== address || answeringPort !== port;
  const ofNodePort = address === nodeAddress || translated ? targets(`udp * ${port}`) : undefined;
  const known = targets(`udp ${address} ${port}`) ?? ofNodePort;
  // F1
  if (known === undefined) return inRange(address, serviceCidr);
  return !known.split(',').includes(`${answering}:${answeringPort}`);
}

/** The command that makes the kernel forget a flow and all like it. */
export function forgetCommand({ address, port, answering, answeringPort }: Flow): string[] {
  const sent = ['conntrack', '-D', '-p', 'udp', '--orig-dst', address, '--orig-port-dst', String(port)];
  return [...sent, '--reply-src', answering, '--reply-port-src', String(answeringPort)];
}
