// Name resolution inside a node: a resolver that listens on the machine's loopback cannot be reached from a network of its own.

import { writeFile } from 'node:fs/promises';

import { readOrUndefined } from './process.ts';

/** Where systemd-resolved writes down the servers behind its own loopback address. */
const BEHIND_SYSTEMD = '/run/systemd/resolve/resolv.conf';

/** The text for the node's /etc/resolv.conf; undefined when the machine's own will do or nothing better is known. */
export function nodeResolvConf(machine: string, behind: string | undefined): string | undefined {
  const reachable = servers(machine).filter((server) => !isLoopback(server));
  if (reachable.length > 0 || behind === undefined) return undefined;
  return servers(behind).some((server) => !isLoopback(server)) ? behind : undefined;
}

/** Writes the node's own resolv.conf where it needs one; resolves to its path. */
export async function writeResolvConf(folder: string): Promise<string | undefined> {
  const text = nodeResolvConf((await readOrUndefined('/etc/resolv.conf')) ?? '', await readOrUndefined(BEHIND_SYSTEMD));
  if (text === undefined) return undefined;
  const path = `${folder}/resolv.conf`;
  await writeFile(path, text);
  return path;
}

function servers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server = '']) => server);
}

function isLoopback(server: string): boolean {
  return server.startsWith('127.') || server === '::1';
}
