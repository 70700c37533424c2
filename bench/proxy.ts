// Services into the kernel: our maps beside the usual shape, a chain for every Service and every endpoint. Needs root, for a network
// namespace of its own.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';

import type { Service } from '../src/api/core/v1/service.ts';
import type { EndpointSlice } from '../src/api/discovery/v1/endpoint-slice.ts';
import { changesText } from '../src/node/proxy/diff.ts';
import { planService } from '../src/node/proxy/plan.ts';
import { Rulesets } from '../src/node/proxy/ruleset.ts';
import { emptyTable } from '../src/node/proxy/table.ts';
import { formatFigure, judge } from './figure.ts';
import type { Figure } from './figure.ts';

const SERVICES = 1_000;
const ENDPOINTS = 3;
const ROUNDS = 5;
const EXTRA_ROUNDS = 15;
const TABLE = 'ours';
const CHAINS_TABLE = 'chains';
const context = { nodeName: 'n1', clusterPodCidr: '10.244.0.0/16' };
/** A network for each shape: nft reads what there is of any table before it changes one. */
const networks = { ours: `bench-maps-${process.pid}`, usual: `bench-chains-${process.pid}` };

const byte = (value: number): number => value & 255;
const virtual = (index: number): string => `10.96.${byte(index >> 8)}.${byte(index)}`;
const endpointOf = (index: number, at: number): string => `10.244.${byte((index * ENDPOINTS + at) >> 8)}.${byte(index * ENDPOINTS + at)}`;

function serviceAt(index: number): [Service, EndpointSlice] {
  const name = `service-${index}`;
  const clusterIP = virtual(index);
  const spec = { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }] };
  const metadata = { namespace: 'default', name };
  const endpoints = Array.from({ length: ENDPOINTS }, (_, at) => ({
    addresses: [endpointOf(index, at)],
    conditions: { ready: true },
    nodeName: 'n2',
  }));
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec, status: { loadBalancer: {} } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints,
      ports: [{ protocol: 'TCP', port: 8080 }],
    },
  ];
}

/** A Service in the shape of upstream's proxy: names, comments and rules as it writes them. */
function chainsOf(index: number): string {
  const hash = createHash('sha256').update(String(index)).digest('hex').slice(0, 8).toUpperCase();
  const service = `service-${hash}-default/service-${index}/tcp/`;
  const to = `ip ${CHAINS_TABLE}`;
  const lines = [
    `add element ${to} cluster-addresses { ${virtual(index)} }`,
    `add chain ${to} ${service}`,
    `add element ${to} services { ${virtual(index)} . tcp . 80 comment "default/service-${index}" : goto ${service} }`,
    `add rule ${to} ${service} ip daddr ${virtual(index)} tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade`,
  ];
  const choices: string[] = [];
  for (let at = 0; at < ENDPOINTS; at++) {
    const target = endpointOf(index, at);
    const chain = `endpoint-${hash}-default/service-${index}/tcp/__${target}/8080`;
    lines.push(
      `add chain ${to} ${chain}`,
      `add rule ${to} ${chain} ip saddr ${target} jump mark-for-masquerade`,
      `add rule ${to} ${chain} meta l4proto tcp dnat to ${target}:8080`,
    );
    choices.push(`${at} : goto ${chain}`);
  }
  // A rule can only lead to chains that exist by then.
  return [...lines, `add rule ${to} ${service} numgen random mod ${ENDPOINTS} vmap { ${choices.join(', ')} }`].join('\n');
}

const CHAINS_EMPTY = `add table ip ${CHAINS_TABLE}
delete table ip ${CHAINS_TABLE}
table ip ${CHAINS_TABLE} {
  set cluster-addresses { type ipv4_addr; }
  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
  chain mark-for-masquerade {
    meta mark set meta mark | 0x4000
  }
  chain services {
    ip daddr . meta l4proto . th dport vmap @services
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    jump services
  }
}
`;

function load(text: string, network: string): void {
  const { status, stderr } = spawnSync('nsenter', [`--net=/run/netns/${network}`, '--', 'nft', '-f', '-'], {
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`nft: ${stderr.slice(0, 500)}`);
}

function timedMs(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

/** The least of several: what else runs on the machine only ever adds. */
const least = (values: readonly number[]): number => Math.min(...values);

function addTo(rules: Rulesets, index: number): void {
  const [service, slice] = serviceAt(index);
  rules.replace(String(index), planService(service, [slice], context));
}

/** Loading includes the start of nft; ours and the usual shape take turns. */
export async function* figures(): AsyncIterable<Figure> {
  for (const network of Object.values(networks)) {
    const made = spawnSync('ip', ['netns', 'add', network], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`no network namespace: ${made.stderr}`);
  }
  try {
    const plans: number[] = [];
    const values: number[] = [];
    const baselines: number[] = [];
    const chains = `${CHAINS_EMPTY}${Array.from({ length: SERVICES }, (_, index) => chainsOf(index)).join('\n')}\n`;
    let rules = new Rulesets();
    for (let round = 0; round < ROUNDS; round++) {
      let text = '';
      const planMs = timedMs(() => {
        rules = new Rulesets();
        for (let index = 0; index < SERVICES; index++) addTo(rules, index);
        text = emptyTable({ table: TABLE, serviceCidr: '10.96.0.0/16' }) + changesText(TABLE, rules.takeChanges());
      });
      plans.push(planMs);
      values.push(timedMs(() => load(text, networks.ours)));
      baselines.push(timedMs(() => load(chains, networks.usual)));
    }
    yield judge({ figure: 'proxy-plan-1000', value: least(plans), unit: 'ms' });
    const whole = { figure: 'proxy-services-1000', value: least(values), unit: 'ms', baseline: least(baselines) };
    yield judge(whole, { of: 'ratio', atMost: 0.1 });
    const more: number[] = [];
    const moreBaselines: number[] = [];
    for (let round = 0; round < EXTRA_ROUNDS; round++) {
      const index = SERVICES + round;
      more.push(
        timedMs(() => {
          addTo(rules, index);
          load(changesText(TABLE, rules.takeChanges()), networks.ours);
        }),
      );
      moreBaselines.push(timedMs(() => load(`${chainsOf(index)}\n`, networks.usual)));
    }
    const one = { figure: 'proxy-one-more-service', value: least(more), unit: 'ms', baseline: least(moreBaselines) };
    yield judge(one, { of: 'value', atMost: 15 });
  } finally {
    for (const network of Object.values(networks)) spawnSync('ip', ['netns', 'delete', network]);
  }
}

if (import.meta.main) {
  for await (const figure of figures()) console.log(formatFigure(figure));
}
