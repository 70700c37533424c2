// Where a Pod is in its life.

import type { PodObject } from './pod-object.ts';

type Phased = { readonly status: Pick<PodObject['status'], 'phase'> };

/** Whether the Pod ran to its end, well or badly: it will not run again. */
export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether the Pod ran to its end. */
export const isPodTerminal = ({ status }: Phased): boolean => isTerminalPhase(status.phase);

/** Whether the Pod is still of use to its owner: not ended and not being deleted. */
export function isPodActive(pod: Phased & Pick<PodObject, 'metadata'>): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}
