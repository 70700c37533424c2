// The volumes of all Pods of a node.

import type { Pod } from '../../../api/core/v1/pod.ts';
import { isTerminalPhase } from '../../../api/core/v1/pod-phase.ts';
import { TaskScope } from '../../../base/abort.ts';
import type { KubeletParts, PodVolumes } from '../seams.ts';
import { ObjectWatches } from './object-watches.ts';
import { PodRecord } from './pod-record.ts';
import { tearDownVolumes } from './teardown.ts';
import { containerMounts } from './volume-mounts.ts';

/** Volumes on the node's disk and memory; watches and timers end with the signal, mounts and files stay for the next start. */
export function createPodVolumes(parts: KubeletParts, signal: AbortSignal): PodVolumes {
  const watches = new ObjectWatches(parts, signal);
  const records = new Map<string, PodRecord>();
  const endings = new TaskScope(new AbortController().signal, (error) =>
    parts.logger.error('the volumes of a Pod did not end well', { error }),
  );
  signal.addEventListener('abort', () => endings.start(() => endAll(records)), { once: true });
  return {
    async prepare(pod: Pod, own): Promise<void> {
      const { uid = '' } = pod.metadata;
      const record = records.get(uid) ?? new PodRecord(parts, watches, pod);
      records.set(uid, record);
      await record.prepare(pod, own);
    },
    changed(pod): void {
      const { uid = '' } = pod.metadata;
      const known = records.get(uid);
      if (known !== undefined) {
        known.changed(pod);
        return;
      }
      if (isTerminalPhase(pod.status.phase)) return;
      const record = new PodRecord(parts, watches, pod);
      records.set(uid, record);
      record.adopt();
    },
    mounts: (pod, container, environment, own) => containerMounts(parts, pod, container, environment, own),
    async teardown(podUid, own): Promise<void> {
      const record = records.get(podUid);
      records.delete(podUid);
      await record?.end();
      await tearDownVolumes(parts.scope, podUid, own);
    },
  };
}

async function endAll(records: Map<string, PodRecord>): Promise<void> {
  await Promise.all([...records.values()].map((record) => record.end()));
  records.clear();
}
