// Job: runs Pods until enough of them succeed, and counts each exactly once.
//
// R1. `look`, `plan`, `track` and `settle` are pure and make every decision; this file only carries decisions out.
// R2. The record of failures in a row lives in memory: after a restart a Job retries sooner than it would have.

import { job as jobKind } from '../../../api/batch/v1/job.ts';
import type { Job, JobStatus } from '../../../api/batch/v1/job.ts';
import { isJobFinished } from '../../../api/batch/v1/job-conditions.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import type { Pod } from '../../../api/core/v1/pod.ts';
import { keyOf } from '../../../client/client.ts';
import { labelSelectorOf, NOTHING } from '../../../machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../machinery/selectors/label-selector.ts';
import { isStatus } from '../../../machinery/status-error.ts';
import { after, defineController, done, mapped, owned, retry } from '../../../runtime/controller.ts';
import type { ControllerDefinition, Outcome, ReconcileContext } from '../../../runtime/controller.ts';
import { cacheKey } from '../../../runtime/informer.ts';
import { slowStart } from '../../../runtime/slow-start.ts';
import { claim, claimCandidates } from '../../../runtime/workload/claim.ts';
import { controllerOf } from '../../../runtime/workload/ownership.ts';
import { createPod, deletePod } from '../../../runtime/workload/pod-control.ts';
import { NO_FAILURES } from './backoff.ts';
import type { BackoffRecord } from './backoff.ts';
import { isTracked, TRACKING_FINALIZER } from './job-pods.ts';
import { hasForeignManager, plan } from './plan.ts';
import type { PodPlan } from './plan.ts';
import { deadlineInMs, look } from './sight.ts';
import type { Ending, Sight } from './sight.ts';
import { settle, statusChanged, track } from './tracking.ts';
import type { Acted } from './tracking.ts';

type Records = Map<string, BackoffRecord>;

const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';

function selectorOf({ spec }: Job): LabelSelector {
  const selector = labelSelectorOf(spec.selector);
  return selector.ok && !selector.value.empty ? selector.value : NOTHING;
}

/** The controller, with its own memory of failures. */
export function jobController(): ControllerDefinition {
  const records: Records = new Map();
  return defineController<Job>({
    name: 'job-controller',
    reconciles: jobKind,
    watches: [
      owned(podKind),
      mapped(podKind, function* ({ object }, { informers }) {
        if (controllerOf(object) !== undefined) return;
        const named = object.metadata.labels?.[JOB_NAME_LABEL];
        if (isTracked(object) && named !== undefined) yield cacheKey(object.metadata.namespace, named);
        for (const each of informers.of(jobKind).inNamespace(object.metadata.namespace ?? '')) {
          if (selectorOf(each).matches(object.metadata.labels)) yield cacheKey(each.metadata.namespace, each.metadata.name ?? '');
        }
      }),
    ],
    async reconcile({ namespace = '', name }, context) {
      const job = context.informers.of(jobKind).get(cacheKey(namespace, name));
      await freeOrphans(namespace, name, job, context);
      if (job === undefined || isJobFinished(job)) {
        records.delete(cacheKey(namespace, name));
        return done;
      }
      return hasForeignManager(job) ? done : reconcile(job, records, context);
    },
  });
}

/** Pods of a Job that is no more keep no finalizer. */
async function freeOrphans(namespace: string, name: string, job: Job | undefined, context: ReconcileContext): Promise<void> {
  for (const pod of context.informers.of(podKind).inNamespace(namespace)) {
    if (!isTracked(pod)) continue;
    const controller = controllerOf(pod);
    if (controller === undefined ? pod.metadata.labels?.[JOB_NAME_LABEL] !== name : controller.kind !== 'Job' || controller.name !== name)
      continue;
    const isOurs =
      job !== undefined &&
      (controller === undefined
        ? selectorOf(job).matches(pod.metadata.labels) && !isJobFinished(job)
        : controller.uid === job.metadata.uid);
    if (!isOurs) await untrack(pod, context);
  }
}

async function untrack(pod: Pod, { client, signal }: ReconcileContext): Promise<void> {
  try {
    const metadata = { uid: pod.metadata.uid, '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] };
    await client.patch(podKind, keyOf(pod), { metadata }, { type: 'strategic', signal });
  } catch (error) {
    if (!isStatus(error, 'NotFound')) throw error;
  }
}

async function reconcile(job: Job, records: Records, context: ReconcileContext): Promise<Outcome> {
  const { informers, client, signal, events } = context;
  const selector = selectorOf(job);
  const claimed = await claim(
    {
      owner: job,
      ownerKind: jobKind,
      kind: podKind,
      candidates: claimCandidates(informers, podKind, job),
      matches: (pod: Pod) => selector.matches(pod.metadata.labels),
      finalizer: TRACKING_FINALIZER,
    },
    client,
    signal,
  );
  const key = cacheKey(job.metadata.namespace, job.metadata.name ?? '');
  const sight = look({ job, pods: claimed, record: records.get(key) ?? NO_FAILURES, nowMs: context.now() });
  const podPlan = plan(sight);
  const { acted, failure } = await carryOut(job, podPlan, context);
  const tracking = track(sight, acted);
  for (const [reason, message] of tracking.events) events.record(job, 'Normal', reason, message);

  let written = job;
  if (tracking.changed) {
    written = await writeStatus(job, tracking.status, context);
    records.set(key, sight.record);
  }
  const untracked = await untrackAll(tracking.untrack, context);
  const { status, finished } = settle(sight, { ...tracking, status: tracking.changed ? tracking.status : written.status }, untracked.uids);
  if (statusChanged(written, status)) written = await writeStatus(written, status, context);
  if (finished !== undefined) tellFinished(written, finished, context);
  const error = failure ?? untracked.failure;
  return error === undefined ? againLater(written, sight, podPlan, finished !== undefined) : retry(error);
}

function writeStatus(job: Job, status: JobStatus, { client, signal }: ReconcileContext): Promise<Job> {
  return client.updateStatus(jobKind, { ...job, status }, { signal });
}

async function carryOut(
  job: Job,
  { create, remove, untrackRemoved }: PodPlan,
  context: ReconcileContext,
): Promise<{ acted: Acted; failure: unknown }> {
  let created = 0;
  const { errors } = await slowStart(create, async (body) => {
    if ((await createPod(context, job, body)) !== undefined) created++;
  });
  const removed: Pod[] = [];
  const settled = await Promise.allSettled(
    remove.map(async (pod) => {
      if (untrackRemoved && isTracked(pod)) await untrack(pod, context);
      await deletePod(context, job, pod);
      removed.push(pod);
    }),
  );
  const refusals = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  return { acted: { created, removed, complete: refusals.length === 0 }, failure: [...errors, ...refusals][0] };
}

async function untrackAll(pods: readonly Pod[], context: ReconcileContext): Promise<{ uids: ReadonlySet<string>; failure: unknown }> {
  const uids = new Set<string>();
  const settled = await Promise.allSettled(
    pods.map(async (pod) => {
      await untrack(pod, context);
      uids.add(pod.metadata.uid ?? '');
    }),
  );
  return { uids, failure: settled.find((result) => result.status === 'rejected')?.reason };
}

function tellFinished(job: Job, { type, reason, message }: Ending, { events }: ReconcileContext): void {
  if (type !== 'Complete') return events.record(job, 'Warning', reason, message);
  const { completions } = job.spec;
  if (completions !== undefined && (job.status.succeeded ?? 0) > completions) {
    events.record(job, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
  }
  events.record(job, 'Normal', 'Completed', 'Job completed');
}

function againLater(job: Job, { nowMs, ending }: Sight, { againInMs }: PodPlan, finished: boolean): Outcome {
  const waits = [againInMs, finished || ending !== undefined ? undefined : deadlineInMs(job, nowMs)].filter((each) => each !== undefined);
  return waits.length === 0 ? done : after(Math.max(1, Math.min(...waits)));
}
