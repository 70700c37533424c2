// From a question and the cluster to an answer: the DNS specification of Kubernetes, pure.
//
// A1. A name that exists without a record of the asked type is answered by nothing and the zone's SOA; one that does not exist, by
//     NXDOMAIN and the same SOA.
// A2. A headless Service is its ready endpoints; one without any does not exist.
// A3. Reverse names that are none of ours are asked upstream, like all other names outside the cluster's domain.

import type { Service, ServicePort } from '../../api/core/v1/service.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/discovery/v1/endpoint-slice.ts';
import { RCODE, TYPE, type DnsRecord, type Labels, type RecordData, type Reply } from './message.ts';
import { serviceOf, type Zone } from './zone.ts';

/** Short, so that a client does not hold on to what is gone. */
export const TTL_SECONDS = 5;
const VERSION_OF_SPECIFICATION = '1.1.0';

/** An answer, with the name that it leads on to where that must still be looked up. */
export interface ZoneAnswer extends Reply {
  readonly alias?: string;
}

/** The answer, or `outside` when the name is not for this zone to answer. */
export function answer(labels: Labels, type: number, zone: Zone): ZoneAnswer | 'outside' {
  const domain = zone.domain.split('.');
  const depth = labels.length - domain.length;
  if (depth >= 0 && domain.every((label, index) => labels[depth + index] === label)) {
    return inZone({ labels: labels.slice(0, depth), name: labels.join('.'), type, zone });
  }
  const address = reverseAddress(labels);
  return address === undefined ? 'outside' : reverse(address, labels.join('.'), type, zone);
}

interface Asked {
  /** Without the zone's own. */
  readonly labels: Labels;
  readonly name: string;
  readonly type: number;
  readonly zone: Zone;
}

function inZone(asked: Asked): ZoneAnswer {
  const { labels, name, type, zone } = asked;
  const top = labels.at(-1);
  if (top === undefined) return apex(asked);
  const rest = labels.slice(0, -1);
  if (top === 'svc') return inServices(asked, rest);
  if (top === 'pod') return inPods(asked, rest);
  if (top === 'dns-version' && rest.length === 0) {
    return type === TYPE.TXT ? found([record(name, { type: 'TXT', text: VERSION_OF_SPECIFICATION })]) : noData(zone);
  }
  if (top === 'dns' && rest.length === 0) return noData(zone);
  if (top === 'dns' && rest.length === 1 && rest[0] === 'ns') return nameServer(asked);
  return noName(zone);
}

function apex({ name, type, zone }: Asked): ZoneAnswer {
  if (type === TYPE.SOA) return found([authorityOf(zone)]);
  if (type === TYPE.NS) return found([record(name, { type: 'NS', target: `ns.dns.${zone.domain}` })], nameServerAddresses(zone));
  return noData(zone);
}

function nameServer({ type, zone }: Asked): ZoneAnswer {
  const addresses = nameServerAddresses(zone);
  return type === TYPE.A && addresses.length > 0 ? found(addresses) : noData(zone);
}

function nameServerAddresses(zone: Zone): DnsRecord[] {
  const service = zone.service('kube-system', 'kube-dns');
  const address = service === undefined ? undefined : clusterAddress(service);
  return address === undefined ? [] : [record(`ns.dns.${zone.domain}`, { type: 'A', address })];
}

function inPods({ name, type, zone }: Asked, labels: Labels): ZoneAnswer {
  const [host, inside] = labels.length === 2 ? labels : [undefined, labels[0]];
  if (labels.length === 0) return noData(zone);
  if (labels.length > 2 || inside === undefined || !zone.hasNamespace(inside)) return noName(zone);
  if (host === undefined) return noData(zone);
  const address = host.replaceAll('-', '.');
  if (!isIPv4(address)) return noName(zone);
  return type === TYPE.A ? found([record(name, { type: 'A', address })]) : noData(zone);
}

function inServices(asked: Asked, labels: Labels): ZoneAnswer {
  const { zone } = asked;
  const inside = labels.at(-1);
  if (inside === undefined) return noData(zone);
  if (!zone.hasNamespace(inside)) return noName(zone);
  const name = labels.at(-2);
  if (name === undefined) return noData(zone);
  const service = zone.service(inside, name);
  if (service === undefined) return noName(zone);
  const targets = targetsOf(service, zone);
  const front = labels.slice(0, -2);
  if (service.spec.type === 'ExternalName') return front.length === 0 ? external(asked, service) : noName(zone);
  if (front.length === 0) return addresses(asked, targets);
  const [first = '', second = ''] = front;
  if (front.length === 2 && first.startsWith('_') && second.startsWith('_')) {
    return addresses(
      asked,
      targets.filter((target) => `_${target.portName}` === first && `_${target.protocol}` === second),
    );
  }
  if (front.length !== 1) return noName(zone);
  if (first.startsWith('_')) return targets.some(({ protocol }) => `_${protocol}` === first) ? noData(zone) : noName(zone);
  return addresses(
    asked,
    endpointTargets(service, zone).filter(({ host }) => host === first),
  );
}

/** One address and port that stands behind a name. */
interface Target {
  readonly address: string;
  readonly portName: string;
  readonly protocol: string;
  readonly port: number | undefined;
  /** The full name of the address itself. */
  readonly name: string;
  readonly host?: string;
}

function targetsOf(service: Service, zone: Zone): Target[] {
  if (service.spec.clusterIP === 'None') return endpointTargets(service, zone);
  const address = clusterAddress(service);
  if (address === undefined) return [];
  const name = fullName(service, zone);
  return portsOf(service.spec.ports).map((port) => ({ ...port, address, name }));
}

function endpointTargets(service: Service, zone: Zone): Target[] {
  const { namespace = '', name = '' } = service.metadata;
  const full = fullName(service, zone);
  const targets: Target[] = [];
  for (const slice of zone.slices(namespace, name)) {
    if (slice.addressType !== 'IPv4') continue;
    for (const endpoint of slice.endpoints ?? []) {
      // A2
      if (endpoint.conditions?.ready === false && service.spec.publishNotReadyAddresses !== true) continue;
      for (const address of endpoint.addresses ?? []) {
        const host = hostOf(endpoint, address);
        for (const { portName, protocol, port } of portsOf(slice.ports))
          targets.push({ address, portName, protocol, port, host, name: `${host}.${full}` });
      }
    }
  }
  return targets;
}

/** A headless Service needs no ports, and still has addresses. */
function portsOf(ports: readonly (ServicePort | EndpointPort)[] = []): Pick<Target, 'portName' | 'protocol' | 'port'>[] {
  if (ports.length === 0) return [{ portName: '', protocol: '', port: undefined }];
  return ports.map(({ name, protocol, port }) => ({ portName: name ?? '', protocol: (protocol ?? 'TCP').toLowerCase(), port }));
}

const hostOf = ({ hostname }: Endpoint, address: string): string =>
  hostname === undefined || hostname === '' ? address.replaceAll(/[.:]/g, '-') : hostname.toLowerCase();

function fullName({ metadata }: Service, zone: Zone): string {
  return `${metadata.name}.${metadata.namespace}.svc.${zone.domain}`;
}

function addresses({ name, type, zone }: Asked, targets: readonly Target[]): ZoneAnswer {
  if (targets.length === 0) return noName(zone);
  if (type === TYPE.A) {
    return found([...new Set(targets.map(({ address }) => address))].map((address) => record(name, { type: 'A', address })));
  }
  if (type !== TYPE.SRV) return noData(zone);
  const weight = Math.max(1, Math.floor(100 / targets.length));
  const answers = targets.flatMap(({ name: target, port }) =>
    port === undefined ? [] : [record(name, { type: 'SRV', priority: 0, weight, port, target })],
  );
  if (answers.length === 0) return noData(zone);
  const known = new Map(targets.map(({ name: target, address }) => [`${target} ${address}`, record(target, { type: 'A', address })]));
  return found(answers, [...known.values()]);
}

function external({ name, type, zone }: Asked, { spec }: Service): ZoneAnswer {
  const target = spec.externalName ?? '';
  if (target === '') return noData(zone);
  const alias = found([record(name, { type: 'CNAME', target })]);
  return type === TYPE.CNAME ? alias : { ...alias, alias: target };
}

/** The address that a reverse name stands for. */
function reverseAddress(labels: Labels): string | undefined {
  if (labels.length !== 6 || labels[4] !== 'in-addr' || labels[5] !== 'arpa') return undefined;
  const address = labels.slice(0, 4).toReversed().join('.');
  return isIPv4(address) ? address : undefined;
}

function reverse(address: string, name: string, type: number, zone: Zone): ZoneAnswer | 'outside' {
  const names = new Set([...zone.servicesAt(address)].map((service) => fullName(service, zone)));
  if (names.size === 0) {
    for (const slice of zone.slicesAt(address)) for (const host of hostNames(slice, address, zone)) names.add(host);
  }
  // A3
  if (names.size === 0) return 'outside';
  return type === TYPE.PTR ? found([...names].map((target) => record(name, { type: 'PTR', target }))) : noData(zone);
}

function hostNames(slice: EndpointSlice, address: string, zone: Zone): string[] {
  const service = zone.service(slice.metadata.namespace ?? '', serviceOf(slice) ?? '');
  if (service === undefined) return [];
  const standing = (slice.endpoints ?? []).filter(({ addresses: all }) => all?.includes(address) === true);
  return standing.map((endpoint) => `${hostOf(endpoint, address)}.${fullName(service, zone)}`);
}

function clusterAddress({ spec }: Service): string | undefined {
  return (spec.clusterIPs ?? [spec.clusterIP ?? '']).find(isIPv4);
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

const record = (name: string, data: RecordData): DnsRecord => ({ name, ttl: TTL_SECONDS, data });

function authorityOf({ domain, serial }: Zone): DnsRecord {
  return record(domain, { type: 'SOA', primary: `ns.dns.${domain}`, mailbox: `hostmaster.${domain}`, serial, minimum: TTL_SECONDS });
}

function found(answers: readonly DnsRecord[], additionals: readonly DnsRecord[] = []): ZoneAnswer {
  return { rcode: RCODE.NOERROR, authoritative: true, answers, authority: [], additionals };
}

const nothing = (zone: Zone, rcode: number): ZoneAnswer => ({
  rcode,
  authoritative: true,
  answers: [],
  authority: [authorityOf(zone)],
  additionals: [],
});
// A1
const noData = (zone: Zone): ZoneAnswer => nothing(zone, RCODE.NOERROR);
const noName = (zone: Zone): ZoneAnswer => nothing(zone, RCODE.NXDOMAIN);
