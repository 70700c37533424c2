// `tyke controller-manager`: the controllers as a process of their own; of several, one leads.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { runControllers } from '../../cluster/controller-manager.ts';
import { leadWhenElected } from '../../runtime/leader-election.ts';
import { withConnection } from './connection.ts';
import type { FaceFlags } from './connection.ts';

export interface ControllerManagerFlags extends FaceFlags {
  readonly rootCaFile?: string;
  readonly clusterCidr?: string;
}

export function controllerManagerFace(flags: ControllerManagerFlags, signal: AbortSignal): Promise<void> {
  return withConnection('kube-controller-manager', flags, signal, (parts) => {
    const rootCa = flags.rootCaFile === undefined ? (parts.settings.ca ?? '') : readFileSync(flags.rootCaFile, 'utf8');
    const key = { namespace: 'kube-system', name: 'kube-controller-manager' };
    const settings = { ...parts, rootCa, ...(flags.clusterCidr === undefined ? {} : { podCidr: flags.clusterCidr }) };
    return leadWhenElected({ key, identity: `${hostname()}_${parts.random.uuid()}` }, parts, signal, (term) => runControllers(settings, term));
  });
}
