// ConfigMaps of kube-system by which other components learn about this server: whom it trusts, and since when it tracks tokens.

import { configMap } from '../../../api/core/v1/config-map.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Client } from '../../../client/client.ts';
import { printTime } from '../../../machinery/timestamp.ts';

/** Authorities whose certificates mean something to this server, PEM. */
export interface TrustedAuthorities {
  /** Signs the certificates of users and components. */
  readonly clientCa: string;
  /** Signs the certificate with which requests are handed on to extension servers. */
  readonly requestHeaderCa?: string;
}

const NAMESPACE = 'kube-system';
const DATE_LENGTH = 'yyyy-mm-dd'.length;

function authenticationData({ clientCa, requestHeaderCa }: TrustedAuthorities): Record<string, string> {
  return {
    'client-ca-file': clientCa,
    ...(requestHeaderCa === undefined
      ? {}
      : {
          'requestheader-allowed-names': '["front-proxy-client"]',
          'requestheader-client-ca-file': requestHeaderCa,
          'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
          'requestheader-group-headers': '["X-Remote-Group"]',
          'requestheader-uid-headers': '["X-Remote-Uid"]',
          'requestheader-username-headers': '["X-Remote-User"]',
        }),
  };
}

async function ensure(client: Client, name: string, data: Record<string, string>, replaces: boolean, signal: AbortSignal): Promise<void> {
  const key = { namespace: NAMESPACE, name };
  const found = await client.find(configMap, key, { signal });
  if (found === undefined) await client.create(configMap, { metadata: key, data }, { signal });
  else if (replaces) await client.patch(configMap, key, { data }, { type: 'merge', signal });
}

/** Makes both, where they are missing; the authorities are kept current. */
export async function ensureClusterConfigMaps(
  { client, signal }: { readonly client: Client; readonly signal: AbortSignal },
  clock: Clock,
  trusted: TrustedAuthorities | undefined,
): Promise<void> {
  await ensure(
    client,
    'kube-apiserver-legacy-service-account-token-tracking',
    { since: printTime(clock.now()).slice(0, DATE_LENGTH) },
    false,
    signal,
  );
  if (trusted !== undefined) await ensure(client, 'extension-apiserver-authentication', authenticationData(trusted), true, signal);
}
