// The ServiceCIDR `kubernetes`: the range from which the cluster was started to give addresses.

import { serviceCIDR } from '../../../api/networking/v1/service-cidr.ts';
import type { Clock } from '../../../base/clock.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import { ensure } from './ensure.ts';
import type { LoopContext } from './parts.ts';

const NAME = 'kubernetes';

export async function ensureServiceCidr(context: LoopContext, clock: Clock, cidrs: readonly string[]): Promise<void> {
  const { client, signal } = context;
  const metadata = { name: NAME, finalizers: ['networking.k8s.io/service-cidr-finalizer'] };
  if (!(await ensure(context, serviceCIDR, { metadata, spec: { cidrs } }))) return;
  const created = await client.get(serviceCIDR, { name: NAME }, { signal });
  const lastTransitionTime = printTime(clock.now());
  const ready = { type: 'Ready', status: 'True', lastTransitionTime, reason: '', message: 'Kubernetes Service CIDR is ready' };
  await client.updateStatus(serviceCIDR, { ...created, status: { conditions: [ready] } }, { signal });
}
