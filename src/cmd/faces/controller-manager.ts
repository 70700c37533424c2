// `tyke controller-manager`: the controllers as a process of their own; of several, one leads.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { runControllers } from '../../cluster/controller-manager.ts';
import { Client } from '../../client/client.ts';
import { NodeTransport } from '../../client/node-transport.ts';
import { leadWhenElected } from '../../runtime/leader-election.ts';
import { ServiceAccountToken } from '../../runtime/service-account-token.ts';
import type { User } from '../../server/user.ts';
import { withConnection } from './connection.ts';
import type { FaceFlags, FaceParts } from './connection.ts';

export interface ControllerManagerFlags extends FaceFlags {
  readonly rootCaFile?: string;
  readonly clusterCidr?: string;
}

interface OwnClients {
  clientFor(user: User): Client;
  close(): Promise<void>;
}

/** Each controller acts with a token of its own ServiceAccount, and with nothing else. */
function ownClients({ client, clock, settings }: FaceParts): OwnClients {
  const transports: NodeTransport[] = [];
  const { cert: _cert, key: _key, token: _token, ...server } = settings;
  return {
    clientFor({ name }) {
      const account = name.slice(name.lastIndexOf(':') + 1);
      const transport = new NodeTransport(server, `kube-controller-manager/${account}`, new ServiceAccountToken(client, clock, account));
      transports.push(transport);
      return new Client(transport);
    },
    async close() {
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}

export function controllerManagerFace(flags: ControllerManagerFlags, signal: AbortSignal): Promise<void> {
  return withConnection('kube-controller-manager', flags, signal, async (parts) => {
    const rootCa = flags.rootCaFile === undefined ? (parts.settings.ca ?? '') : readFileSync(flags.rootCaFile, 'utf8');
    const key = { namespace: 'kube-system', name: 'kube-controller-manager' };
    const own = ownClients(parts);
    const settings = {
      ...parts,
      rootCa,
      clientFor: own.clientFor,
      ...(flags.clusterCidr === undefined ? {} : { podCidr: flags.clusterCidr }),
    };
    const identity = `${hostname()}_${parts.random.uuid()}`;
    try {
      await leadWhenElected({ key, identity }, parts, signal, (term) => runControllers(settings, term));
    } finally {
      await own.close();
    }
  });
}
