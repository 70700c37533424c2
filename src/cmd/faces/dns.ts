// `tyke dns`: the cluster's DNS as a process of its own.

import { runDns } from '../../addons/dns/index.ts';
import { withConnection } from './connection.ts';
import type { FaceFlags } from './connection.ts';

export function dnsFace(flags: FaceFlags & { readonly address: string; readonly port: number }, signal: AbortSignal): Promise<void> {
  return withConnection('dns', flags, signal, (parts) => runDns({ ...parts, addresses: [flags.address], port: flags.port }, signal));
}
