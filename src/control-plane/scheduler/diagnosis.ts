// Why a Pod fits no Node, in upstream's words.

import type { Rejection } from './framework.ts';

/** How many Nodes were rejected, and why. */
export interface RejectedNodes {
  readonly count: number;
  readonly rejection: Rejection;
}

const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const CONFLICTING_PINS = 'pod affinity terms conflict';

export const NO_NODES_MESSAGE = 'no nodes available to schedule pods';

/** What is said of Nodes that were not looked at, because the Pod names others. */
export const notPinned = (plugin: string): Rejection => ({
  plugin,
  reasons: [`node(s) didn't satisfy plugin(s) [${plugin}]`],
  preemptable: false,
});

/** What is said when a Pod names Nodes in a way that none can satisfy. */
export const conflictingPins = (plugin: string): Rejection => ({ plugin, reasons: [CONFLICTING_PINS], preemptable: false });

function histogram(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

function preemptionMessage(total: number, preemptable: number, preemptionPolicy: string | undefined): string {
  if (preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const counts = new Map<string, number>();
  if (preemptable > 0) counts.set(NO_VICTIMS, preemptable);
  if (preemptable < total) counts.set(NOT_HELPFUL, total - preemptable);
  return `0/${total} nodes are available: ${histogram(counts)}.`;
}

/** The message of the event and of the PodScheduled condition. */
export function diagnosisMessage(total: number, rejected: readonly RejectedNodes[], preemptionPolicy: string | undefined): string {
  const reasons = new Map<string, number>();
  let preemptable = 0;
  for (const { count, rejection } of rejected) {
    if (rejection.preemptable) preemptable += count;
    for (const reason of rejection.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  // A contradiction in the Pod itself is said once, not for every Node.
  const why = reasons.has(CONFLICTING_PINS) ? CONFLICTING_PINS : histogram(reasons);
  return `0/${total} nodes are available: ${why}. no new claims to deallocate, preemption: ${preemptionMessage(total, preemptable, preemptionPolicy)}`;
}

const LONGEST_NOTE = 1024;
const CUT = ' ...';

/** The message as an event may carry it. */
export const noteOf = (message: string): string =>
  message.length <= LONGEST_NOTE ? message : message.slice(0, LONGEST_NOTE - CUT.length) + CUT;
