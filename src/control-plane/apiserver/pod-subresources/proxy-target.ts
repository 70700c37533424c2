// Where a proxied request goes: `name`, `name:port` or `scheme:name:port` of a Pod, a Service or a node.

import { endpoints } from '../../../api/core/v1/endpoints.ts';
import { node } from '../../../api/core/v1/node.ts';
import { service } from '../../../api/core/v1/service.ts';
import { parseIpSloppy } from '../../../machinery/formats/ip.ts';
import type { Ip } from '../../../machinery/formats/ip.ts';
import { badRequestError, notFoundError, serviceUnavailableError } from '../../../machinery/status-error.ts';
import type { ApiRequest } from '../../../server/api-request.ts';
import type { Lookups } from '../../../server/lookups.ts';
import type { Backend } from './backend.ts';
import type { PodSubresourceParts } from './parts.ts';
import { kubeletOf, podOf } from './pod-target.ts';

interface Named {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

/** Splits `[scheme:]name[:port]`; undefined when it is none. */
export function splitTarget(id: string): Named | undefined {
  const parts = id.split(':');
  const [first = '', second = '', third = ''] = parts;
  if (first === '' && parts.length < 3) return undefined;
  if (parts.length === 1) return { scheme: '', name: first, port: '' };
  if (parts.length === 2) return { scheme: '', name: first, port: second };
  const known = parts.length === 3 && ['', 'http', 'https'].includes(first) && second !== '';
  return known ? { scheme: first, name: second, port: third } : undefined;
}

function named(id: string, what: string): Named {
  const found = splitTarget(id);
  if (found === undefined) throw badRequestError(`invalid ${what} request ${JSON.stringify(id)}`);
  return found;
}

/** TLS is asked for by scheme alone, and the certificate of such a backend is not looked at. */
function backendOf(host: string, port: string, scheme: string): Backend {
  const secure = scheme === 'https';
  const number = port === '' ? (secure ? 443 : 80) : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw badRequestError(`invalid port ${JSON.stringify(port)}`);
  return { host, port: number, ...(secure ? { tls: { rejectUnauthorized: false } } : {}) };
}

/** Addresses of this very machine, or of nobody, are not for clients to reach through it. */
function isReachable({ family, bytes }: Ip): boolean {
  const [first = 0, second = 0] = bytes;
  if (bytes.every((byte) => byte === 0)) return false;
  if (family === 4) return first !== 127 && !(first === 169 && second === 254) && first < 224 && !bytes.every((byte) => byte === 255);
  const loopback = bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
  return !loopback && first !== 255 && !(first === 254 && (second & 0xc0) === 0x80);
}

export type FindBackend = (request: ApiRequest, lookups: Lookups, parts: PodSubresourceParts) => Promise<Backend>;

export const podBackend: FindBackend = async (request, lookups) => {
  const { scheme, name, port } = named(request.info.name, 'pod');
  const { spec, status } = await podOf(request, lookups, name);
  const declared = spec.containers.find(({ ports }) => (ports ?? []).length > 0)?.ports?.[0]?.containerPort;
  const address = status.podIPs?.[0]?.ip ?? status.podIP ?? '';
  const ip = parseIpSloppy(address);
  if (ip === undefined || !isReachable(ip)) throw badRequestError('address not allowed');
  return backendOf(address, port !== '' ? port : String(declared ?? ''), scheme);
};

export const nodeBackend: FindBackend = async ({ info, signal }, lookups, { kubelets }) => {
  const { scheme, name, port } = named(info.name, 'node');
  const kubelet = await kubeletOf(name, lookups, kubelets, signal);
  if (port === '' || port === String(kubelet.port)) return kubelet;
  const found = lookups.cached(node, '', name);
  const address = found?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? kubelet.host;
  const ip = parseIpSloppy(address);
  if (ip === undefined || !isReachable(ip)) throw badRequestError('address not allowed');
  return backendOf(address, port, scheme);
};

/** A port given by number is that of the Service; its name leads to the endpoints. */
async function portName(name: string, port: string, { info, signal }: ApiRequest, lookups: Lookups): Promise<string> {
  if (!/^\d+$/.test(port)) return port;
  const found = await lookups.live(service, info.namespace, name, signal);
  if (found === undefined) throw notFoundError({ group: '', resource: 'services' }, name);
  const declared = (found.spec.ports ?? []).find((each) => each.port === Number(port));
  if (declared === undefined) throw serviceUnavailableError(`no service port ${port} found for service ${JSON.stringify(name)}`);
  return declared.name ?? '';
}

export const serviceBackend: FindBackend = async (request, lookups, { random }) => {
  const { info, signal } = request;
  const { scheme, name, port } = named(info.name, 'service');
  const wanted = await portName(name, port, request, lookups);
  const found = await lookups.live(endpoints, info.namespace, name, signal);
  if (found === undefined) throw notFoundError({ group: '', resource: 'endpoints' }, name);
  if ((found.subsets ?? []).length === 0) throw serviceUnavailableError(`no endpoints available for service ${JSON.stringify(name)}`);
  const choices = (found.subsets ?? []).flatMap(({ addresses = [], ports = [] }) => {
    const fitting = ports.find((each) => (each.name ?? '') === wanted);
    return fitting === undefined ? [] : addresses.map(({ ip }) => ({ ip, port: fitting.port }));
  });
  const allowed = choices.filter(({ ip }) => {
    const parsed = parseIpSloppy(ip);
    return parsed !== undefined && isReachable(parsed);
  });
  const chosen = allowed[Math.floor(random.fraction() * allowed.length)];
  if (chosen === undefined) throw serviceUnavailableError(`no endpoints available for service ${JSON.stringify(info.name)}`);
  return backendOf(chosen.ip, String(chosen.port), scheme);
};
