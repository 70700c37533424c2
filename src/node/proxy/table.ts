// The fixed part of the proxy's nft table: maps from Service addresses to endpoints, and the chains that consult them.
//
// T1. Everything that grows with the cluster lies in maps, so that loading and changing it costs what the change costs.
// T2. A random number is a part of the map's key, so choosing an endpoint touches no packet mark; the only mark bit used says
//     "masquerade", and is taken off again before the packet leaves.
// T3. TCP is refused by a reset: the kernel sends only about one ICMP message a second to the same asker.

import type { NodeScope } from '../scope/index.ts';

/** The bit that says "masquerade" on its way from the first hook to the last. */
export const MASQUERADE_MARK = '0x00200000';
const OTHER_MARKS = '0xffdfffff';

/** Makes a rule out of `condition`: what matches will be masqueraded. */
export const masqueradeWhen = (condition: string): string => `${condition} meta mark set meta mark | ${MASQUERADE_MARK}`.trimStart();

/** What Services may speak. */
const PROTOCOLS = ['tcp', 'udp', 'sctp'];

const VERDICT_BY_ADDRESS = 'type ipv4_addr . inet_proto . inet_service : verdict;';
const VERDICT_BY_PORT = 'type inet_proto . inet_service : verdict;';

/** The sets and maps. `typeof` admits the random number into a key, but binds the map to one protocol. */
function containers(): string[] {
  return [
    `map services { ${VERDICT_BY_ADDRESS} }`,
    `map refused { ${VERDICT_BY_ADDRESS} }`,
    `map firewall { ${VERDICT_BY_ADDRESS} }`,
    `map node-ports { ${VERDICT_BY_PORT} }`,
    `map refused-node-ports { ${VERDICT_BY_PORT} }`,
    'set hairpins { type ipv4_addr . ipv4_addr; }',
    ...PROTOCOLS.flatMap((protocol) => [
      `map endpoints-${protocol} { typeof ip daddr . ${protocol} dport . numgen random mod 2 : ip daddr . ${protocol} dport; }`,
      `map node-port-endpoints-${protocol} { typeof ${protocol} dport . numgen random mod 2 : ip daddr . ${protocol} dport; }`,
    ]),
  ];
}

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
  ${containers().join('\n  ')}
  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain translate {
    ip daddr . meta l4proto . th dport vmap @services
    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node-ports
  }
  chain check {
    ip daddr . meta l4proto . th dport vmap @refused
    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @refused-node-ports
    ip daddr ${serviceCidr} goto refuse
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
