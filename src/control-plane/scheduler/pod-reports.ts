// Tells the user what became of a Pod: an event, and the PodScheduled condition.

import type { Clock } from '../../base/clock.ts';
import { isAbort } from '../../base/abort.ts';
import type { Logger } from '../../base/logger.ts';
import { pod as podKind } from '../../api/core/v1/pod.ts';
import { podCondition } from '../../api/core/v1/pod-conditions.ts';
import type { Client } from '../../client/client.ts';
import { keyOf } from '../../client/client.ts';
import { isStatus } from '../../machinery/status-error.ts';
import { printTime } from '../../machinery/timestamp.ts';
import type { EventRecorder } from '../../runtime/event-recorder.ts';
import { noteOf } from './diagnosis.ts';
import type { Limiter } from './limiter.ts';
import type { PodInfo } from './pod-info.ts';

interface Parts {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: EventRecorder;
  readonly writes: Limiter;
}

/** Why a Pod has no Node: nothing fits, or the attempt broke. */
export type FailureReason = 'Unschedulable' | 'SchedulerError';

/** Writes events and conditions. */
export class PodReports {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  scheduled({ pod, key }: PodInfo, nodeName: string): void {
    this.#parts.events.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${key} to ${nodeName}`);
  }

  /** Resolves once the condition is written. What cannot be written is logged: the next attempt writes it again. */
  async failed({ pod, key }: PodInfo, reason: FailureReason, message: string, signal: AbortSignal): Promise<void> {
    const { client, clock, events, logger, writes } = this.#parts;
    events.record(pod, 'Warning', 'FailedScheduling', noteOf(message));
    const present = podCondition(pod, 'PodScheduled');
    if (present?.status === 'False' && present.reason === reason && present.message === message) return;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime: present?.status === 'False' ? present.lastTransitionTime : printTime(clock.now()),
      ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    };
    const leave = await writes.enter();
    try {
      const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
      await client.patch(podKind, keyOf(pod), patch, { type: 'strategic', subresource: 'status', signal });
    } catch (error) {
      if (isAbort(error, signal)) throw error;
      // A Pod that is gone, or another of the same name, has no use for it.
      if (!isStatus(error, 'NotFound', 'Conflict')) logger.warn('a condition was not written', { pod: key, error });
    } finally {
      leave();
    }
  }
}
