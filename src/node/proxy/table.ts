// The fixed part of the proxy's nft table: maps from Service addresses to endpoints, and the chains that consult them.
//
// T1. Everything that grows with the cluster lies in maps, so that loading and changing it costs what the change costs.
// T2. A random number is a part of the map's key, so choosing an endpoint touches no packet mark; the only mark bit used says
//     "masquerade", and is taken off again before the packet leaves.

import type { NodeScope } from '../scope/index.ts';

/** The bit that says "masquerade" on its way from the first hook to the last. */
export const MASQUERADE_MARK = '0x00200000';
const OTHER_MARKS = '0xffdfffff';

/** Makes a rule out of `condition`: what matches will be masqueraded. */
export const masqueradeWhen = (condition: string): string => `${condition} meta mark set meta mark | ${MASQUERADE_MARK}`.trimStart();

/** The sets and maps; `typeof` admits the random number into a key. */
const CONTAINERS: Readonly<Record<string, string>> = {
  services: 'map services { type ipv4_addr . inet_proto . inet_service : verdict; }',
  'node-ports': 'map node-ports { type inet_proto . inet_service : verdict; }',
  endpoints: 'map endpoints { typeof ip daddr . meta l4proto . th dport . numgen random mod 2 : ip daddr . th dport; }',
  'node-port-endpoints': 'map node-port-endpoints { typeof meta l4proto . th dport . numgen random mod 2 : ip daddr . th dport; }',
  refused: 'map refused { type ipv4_addr . inet_proto . inet_service : verdict; }',
  'refused-node-ports': 'map refused-node-ports { type inet_proto . inet_service : verdict; }',
  firewall: 'map firewall { type ipv4_addr . inet_proto . inet_service : verdict; }',
  hairpins: 'set hairpins { type ipv4_addr . ipv4_addr; }',
  'cluster-addresses': 'set cluster-addresses { type ipv4_addr; }',
};

export interface TableOptions {
  readonly table: string;
  readonly serviceCidr: string;
}

/** The name of the proxy's table in a node. */
export const proxyTable = (scope: NodeScope): string => `${scope.names.nftTable}-proxy`;

/** The table without a Service, in the place of whatever stood under its name; to be loaded in one transaction with its content. */
export function emptyTable({ table, serviceCidr }: TableOptions): string {
  return `add table ip ${table}
delete table ip ${table}
table ip ${table} {
  ${Object.values(CONTAINERS).join('\n  ')}
  chain refuse {
    reject
  }
  chain translate {
    ip daddr . meta l4proto . th dport vmap @services
    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node-ports
  }
  chain check {
    ip daddr . meta l4proto . th dport vmap @refused
    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @refused-node-ports
    ip daddr @cluster-addresses reject
    ip daddr ${serviceCidr} drop
  }
  chain admit {
    type filter hook prerouting priority dstnat - 10; policy accept;
    ct state new ip daddr . meta l4proto . th dport vmap @firewall
  }
  chain arriving {
    type nat hook prerouting priority dstnat; policy accept;
    jump translate
  }
  chain sent {
    type nat hook output priority -100; policy accept;
    jump translate
  }
  chain leaving {
    type nat hook postrouting priority srcnat; policy accept;
    meta mark & ${MASQUERADE_MARK} == ${MASQUERADE_MARK} meta mark set meta mark & ${OTHER_MARKS} masquerade fully-random
    ct status dnat ip saddr . ip daddr @hairpins masquerade fully-random
  }
  chain check-input {
    type filter hook input priority filter - 10; policy accept;
    ct state new jump check
  }
  chain check-forward {
    type filter hook forward priority filter - 10; policy accept;
    ct state new jump check
  }
  chain check-output {
    type filter hook output priority filter - 10; policy accept;
    ct state new jump check
  }
}
`;
}
