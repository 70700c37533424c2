// `tyke scheduler`: the scheduler as a process of its own; of several, one leads.

import { hostname } from 'node:os';
import { leadWhenElected } from '../../runtime/leader-election.ts';
import { runScheduler } from '../../control-plane/scheduler/index.ts';
import { withConnection } from './connection.ts';
import type { FaceFlags } from './connection.ts';

export function schedulerFace(flags: FaceFlags, signal: AbortSignal): Promise<void> {
  return withConnection('kube-scheduler', flags, signal, (parts) => {
    const key = { namespace: 'kube-system', name: 'kube-scheduler' };
    return leadWhenElected({ key, identity: `${hostname()}_${parts.random.uuid()}` }, parts, signal, (term) => runScheduler(parts, term));
  });
}
