// How the API server reaches the kubelet of a node: by the address and port that the node reports, with the cluster's own keys.

import type { Node } from '../api/core/v1/node.ts';
import type { KubeletConnector } from '../control-plane/apiserver/index.ts';
import type { KeyPair } from './pki/authority.ts';

const DEFAULT_PORT = 10_250;

export function kubeletConnector(ca: string, client: KeyPair): KubeletConnector {
  return {
    connect: ({ metadata, status }: Node) => ({
      host: status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? metadata.name ?? '',
      port: status.daemonEndpoints.kubeletEndpoint?.Port || DEFAULT_PORT,
      tls: { ca, cert: client.cert, key: client.key, servername: metadata.name ?? '' },
    }),
  };
}
