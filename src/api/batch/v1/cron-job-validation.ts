// Checks of CronJobs: when they are due, and the Jobs that they make.

import type { FieldPath } from '../../../machinery/field-path.ts';
import type { KubeObject } from '../../../machinery/kind.ts';
import { asJson, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { byteLength, nonNegative, requiredChoice } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { CronJobSpec } from './cron-job.ts';
import { scheduleProblem } from './cron-schedule.ts';
import type { JobTemplateSpec } from './job.ts';
import { validateJobSpecWithoutSelector } from './job-validation.ts';
import { isTimeZone } from './time-zone.ts';

/** A CronJob as its rules see it. */
interface CronJobObject extends KubeObject {
  readonly spec: CronJobSpec;
}

/** The names of Jobs are the name of their CronJob and eleven characters more. */
const LONGEST_NAME = 52;
const POLICIES = ['Allow', 'Forbid', 'Replace'];

/** Checks a CronJob, as created or changed through the main endpoint. */
export function* validateCronJob(cronJob: CronJobObject, old: CronJobObject | undefined, at: FieldPath): Problems {
  const { name = '' } = cronJob.metadata;
  yield* validateSpec(cronJob.spec, old?.spec, at.child('spec'));
  if (old === undefined && byteLength(name) > LONGEST_NAME)
    yield invalid(at.child('metadata', 'name'), name, `must be no more than ${LONGEST_NAME} characters`);
}

function* validateSpec(spec: CronJobSpec, old: CronJobSpec | undefined, at: FieldPath): Problems {
  yield* validateSchedule(spec, old, at.child('schedule'));
  yield* nonNegative(at.child('startingDeadlineSeconds'), spec.startingDeadlineSeconds);
  if (old === undefined || old.timeZone !== spec.timeZone) yield* validateTimeZone(spec.timeZone, at.child('timeZone'));
  yield* requiredChoice(at.child('concurrencyPolicy'), spec.concurrencyPolicy, POLICIES);
  yield* validateJobTemplate(spec.jobTemplate, old?.jobTemplate, at.child('jobTemplate', 'spec'));
  yield* nonNegative(at.child('successfulJobsHistoryLimit'), spec.successfulJobsHistoryLimit);
  yield* nonNegative(at.child('failedJobsHistoryLimit'), spec.failedJobsHistoryLimit);
}

function* validateSchedule({ schedule, timeZone }: CronJobSpec, old: CronJobSpec | undefined, at: FieldPath): Problems {
  if (schedule === '') return yield required(at);
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) yield invalid(at, schedule, problem);
  if (!schedule.includes('TZ')) return;
  // Once a schedule named its zone by itself it may go on so.
  if (!(old?.schedule ?? '').includes('TZ'))
    yield invalid(at, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  else if (timeZone !== undefined) yield invalid(at, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
}

function* validateTimeZone(zone: string | undefined, at: FieldPath): Problems {
  if (zone === undefined) return;
  const shown = asJson(zone);
  if (zone === '') return yield invalid(at, shown, 'timeZone must be nil or non-empty string');
  if (!zone.split('/').every(isPlausiblePart)) return yield invalid(at, shown, `unknown time zone ${zone}`);
  if (zone.toLowerCase() === 'local')
    yield invalid(at, shown, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  if (zone !== 'Local' && !isTimeZone(zone)) yield invalid(at, shown, `unknown time zone ${zone}`);
}

const isPlausiblePart = (part: string): boolean =>
  part !== '.' && part !== '..' && !part.startsWith('-') && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part);

// The selector is made with each Job.
function* validateJobTemplate({ spec }: JobTemplateSpec, old: JobTemplateSpec | undefined, at: FieldPath): Problems {
  yield* validateJobSpecWithoutSelector(spec, old?.spec, at);
  if (spec.selector !== undefined) yield invalid(at.child('selector'), spec.selector, '`selector` will be auto-generated');
  if (spec.manualSelector === true) yield notSupported(at.child('manualSelector'), true, ['nil', 'false']);
}
