// The thin shell: hands texts to nft, conntrack and ip within the node.

import type { Logger } from '../../base/logger.ts';
import { expectSuccess, type NodeScope } from '../scope/index.ts';
import { firstOf } from './address-range.ts';
import { forgetCommand, parseFlows, staleFlows } from './flows.ts';
import { AFFINITY_SET } from './sticky.ts';
import { proxyTable } from './table.ts';

/** Marks the proxy's route; not the number of routes between nodes, whose keeper removes what it does not know. */
const ROUTE_PROTOCOL = '214';
const MAX_COMPLAINT = 1_000;

/** Loads one transaction: all of it, or nothing and an error that says why. */
export async function loadRules(scope: NodeScope, text: string, signal: AbortSignal): Promise<void> {
  const argv = ['nft', '-f', '-'];
  const result = await scope.run(argv, { stdin: text, signal });
  // One mistake makes nft complain about every line that follows from it.
  expectSuccess(argv, { ...result, stderr: result.stderr.slice(0, MAX_COMPLAINT) });
}

/** Whether our table stands; other software may have flushed everything. */
export async function tableExists(scope: NodeScope, signal: AbortSignal): Promise<boolean> {
  return (await scope.run(['nft', 'list', 'chain', 'ip', proxyTable(scope), 'translate'], { signal })).code === 0;
}

/** Removes the proxy's rules from a node; for a machine that stays when its node goes. */
export async function removeProxy(scope: NodeScope, signal: AbortSignal): Promise<void> {
  const table = proxyTable(scope);
  await loadRules(scope, `add table ip ${table}\ndelete table ip ${table}\n`, signal);
}

/** Makes sure that a packet sent by the node itself to a Service finds a route, without which it would never reach our chains. */
export async function ensureServiceRoute(scope: NodeScope, signal: AbortSignal): Promise<void> {
  const { serviceCidr, address } = scope.cidrs;
  const found = await scope.run(['ip', 'route', 'get', firstOf(serviceCidr)], { signal });
  if (found.code === 0) return;
  const argv = ['ip', 'route', 'replace', serviceCidr, 'dev', 'lo', 'src', address, 'proto', ROUTE_PROTOCOL];
  expectSuccess(argv, await scope.run(argv, { signal }));
}

/** Says so when frames between Pods of this node would bypass our chains. */
export async function warnOfUnfilteredBridge(scope: NodeScope, logger: Logger, signal: AbortSignal): Promise<void> {
  const path = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  const { stdout } = await scope.run(['cat', path], { signal });
  if (stdout.trim() !== '1')
    logger.warn('Services do not work between Pods of one node while this is not 1', { path, value: stdout.trim() });
}

/** Forgets UDP flows that lead to endpoints that are gone. */
export async function forgetStaleFlows(scope: NodeScope, targets: (key: string) => string | undefined, signal: AbortSignal): Promise<void> {
  const list = ['conntrack', '-L', '-p', 'udp'];
  const { stdout } = expectSuccess(list, await scope.run(list, { signal }));
  const { serviceCidr, address: nodeAddress } = scope.cidrs;
  for (const flow of staleFlows(parseFlows(stdout), { targets, serviceCidr, nodeAddress })) {
    // It exits with 1 when the flow has gone by itself.
    await scope.run(forgetCommand(flow), { signal });
  }
}

/** Which clients the kernel remembers, as elements by set; so that replacing the table does not lose them. */
export async function rememberedClients(scope: NodeScope, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { stdout, code } = await scope.run(['nft', 'list', 'table', 'ip', proxyTable(scope)], { signal });
  return code === 0 ? parseRemembered(stdout) : new Map();
}

/** The non-empty affinity sets in what `nft list table` says. */
export function parseRemembered(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', body = ''] of text.matchAll(/^\tset (\S+) \{\n([\s\S]*?)^\t\}/gm)) {
    const elements = /elements = \{([^}]*)\}/.exec(body)?.[1];
    if (name.startsWith(AFFINITY_SET) && elements !== undefined) found.set(name, elements.replaceAll(/\s+/g, ' ').trim());
  }
  return found;
}
