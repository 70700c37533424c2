// Services into the kernel: our maps beside the usual shape, a chain for every Service and every endpoint. Needs root, for a network
// namespace of its own.

import { spawnSync } from 'node:child_process';

import { must } from '../src/base/assert.ts';
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
const ROUNDS = 3;
const EXTRA_ROUNDS = 15;
const TABLE = 'ours';
const CHAINS_TABLE = 'chains';
const context = { nodeName: 'n1', clusterPodCidr: '10.244.0.0/16' };
const network = `bench-proxy-${process.pid}`;

const byte = (value: number): number => value & 255;
const virtual = (index: number): string => `10.96.${byte(index >> 8)}.${byte(index)}`;
const endpointOf = (index: number, at: number): string => `10.244.${byte((index * ENDPOINTS + at) >> 8)}.${byte(index * ENDPOINTS + at)}`;

function serviceAt(index: number): [Service, EndpointSlice] {
  const name = `service-${index}`;
  const clusterIP = virtual(index);
  const spec = { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }] };
  const metadata = { namespace: 'default', name };
  const endpoints = Array.from({ length: ENDPOINTS }, (_, at) => ({ addresses: [endpointOf(index, at)], conditions: { ready: true }, nodeName: 'n2' }));
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec, status: { loadBalancer: {} } },
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints, ports: [{ protocol: 'TCP', port: 8080 }] },
  ];
}

/** A Service in the usual shape. */
function chainsOf(index: number): string {
  const lines = [`add chain ip ${CHAINS_TABLE} service-${index}`];
  const choices: string[] = [];
  for (let at = 0; at < ENDPOINTS; at++) {
    const chain = `endpoint-${index}-${at}`;
    const target = endpointOf(index, at);
    lines.push(
      `add chain ip ${CHAINS_TABLE} ${chain}`,
      `add rule ip ${CHAINS_TABLE} ${chain} ip saddr ${target} meta mark set meta mark | 0x4000`,
      `add rule ip ${CHAINS_TABLE} ${chain} meta l4proto tcp dnat to ${target}:8080`,
    );
    choices.push(`${at} : goto ${chain}`);
  }
  lines.push(
    `add rule ip ${CHAINS_TABLE} service-${index} ip daddr ${virtual(index)} tcp dport 80 ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x4000`,
    `add rule ip ${CHAINS_TABLE} service-${index} numgen random mod ${ENDPOINTS} vmap { ${choices.join(', ')} }`,
    `add element ip ${CHAINS_TABLE} services { ${virtual(index)} . tcp . 80 : goto service-${index} }`,
  );
  return lines.join('\n');
}

const CHAINS_EMPTY = `add table ip ${CHAINS_TABLE}
delete table ip ${CHAINS_TABLE}
table ip ${CHAINS_TABLE} {
  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
  chain services { 
    ip daddr . meta l4proto . th dport vmap @services
  }
  chain prerouting { type nat hook prerouting priority dstnat; policy accept; jump services; }
}
`;

function load(text: string): void {
  const { status, stderr } = spawnSync('nsenter', [`--net=/run/netns/${network}`, '--', 'nft', '-f', '-'], { input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(`nft: ${stderr}`);
}

function timedMs(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

const median = (values: readonly number[]): number => must(values.toSorted((a, b) => a - b)[values.length >> 1], 'a measurement');

function loadAll(): Rulesets {
  const rules = new Rulesets();
  for (let index = 0; index < SERVICES; index++) addTo(rules, index);
  load(emptyTable({ table: TABLE, serviceCidr: '10.96.0.0/16' }) + changesText(TABLE, rules.takeChanges()));
  return rules;
}

function addTo(rules: Rulesets, index: number): void {
  const [service, slice] = serviceAt(index);
  rules.replace(String(index), planService(service, [slice], context));
}

/** Planning, writing and loading, the start of nft included; ours and the usual shape take turns. */
export async function* figures(): AsyncIterable<Figure> {
  const made = spawnSync('ip', ['netns', 'add', network], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no network namespace: ${made.stderr}`);
  try {
    const values: number[] = [];
    const baselines: number[] = [];
    let rules = new Rulesets();
    for (let round = 0; round < ROUNDS; round++) {
      values.push(timedMs(() => (rules = loadAll())));
      const all = Array.from({ length: SERVICES }, (_, index) => chainsOf(index)).join('\n');
      baselines.push(timedMs(() => load(`${CHAINS_EMPTY}${all}\n`)));
    }
    const whole = { figure: 'proxy-services-1000', value: median(values), unit: 'ms', baseline: median(baselines) };
    yield judge(whole, { of: 'ratio', atMost: 0.1 });
    const more: number[] = [];
    const moreBaselines: number[] = [];
    for (let round = 0; round < EXTRA_ROUNDS; round++) {
      const index = SERVICES + round;
      more.push(
        timedMs(() => {
          addTo(rules, index);
          load(changesText(TABLE, rules.takeChanges()));
        }),
      );
      moreBaselines.push(timedMs(() => load(`${chainsOf(index)}\n`)));
    }
    const one = { figure: 'proxy-one-more-service', value: median(more), unit: 'ms', baseline: median(moreBaselines) };
    yield judge(one, { of: 'value', atMost: 15 });
  } finally {
    spawnSync('ip', ['netns', 'delete', network]);
  }
}

if (import.meta.main) {
  for await (const figure of figures()) console.log(formatFigure(figure));
}
