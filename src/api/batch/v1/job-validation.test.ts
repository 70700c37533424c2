import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canonicalize } from '../../../machinery/canonical.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import { printProblem } from '../../../machinery/problem.ts';
import { validate } from '../../../machinery/validation.ts';
import { parseIndexes } from './completion-indexes.ts';
import { job } from './job.ts';
import type { Job } from './job.ts';

const LABELS = { app: 'hello' };

function jobOf(spec: object, pod: object = { restartPolicy: 'Never' }, status: object = {}): Job {
  const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'a', image: 'b' }], ...pod } };
  const metadata = { name: 'hello', namespace: 'default', uid: 'u', resourceVersion: '1' };
  const selector = { manualSelector: true, selector: { matchLabels: LABELS } };
  const result = canonicalize(job.struct, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { ...selector, template, ...spec },
    status,
  });
  assert.ok(result.ok, 'canonical');
  applyDefaults(job, result.object);
  return result.object;
}

function problems(next: Job, old?: Job, subresource = ''): readonly string[] {
  const operation = old === undefined ? 'create' : 'update';
  return validate(job, next, old, { operation, subresource, namespace: 'default' }).map(printProblem);
}

test('a Job runs once unless told', () => {
  const { spec } = jobOf({});
  assert.deepEqual([spec.completions, spec.parallelism, spec.backoffLimit, spec.completionMode], [1, 1, 6, 'NonIndexed']);
  assert.deepEqual(problems(jobOf({})), []);
});

test('a Job whose Pods never end is refused', () => {
  assert.deepEqual(problems(jobOf({}, {})), ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']);
});

test('the template and the completions of a Job stay as they are', () => {
  const found = problems(jobOf({ completions: 2 }, { restartPolicy: 'OnFailure' }), jobOf({}));
  assert.equal(found[0], 'spec.completions: Invalid value: 2: field is immutable');
  assert.match(
    found[1] ?? '',
    /^spec\.template: Invalid value: \{"labels":\{"app":"hello"\},"Spec":\{"Volumes":null,.*\}: field is immutable$/,
  );
});

test('a report must not contradict itself', () => {
  const status = { conditions: [{ type: 'Complete', status: 'True' }], active: 1 };
  assert.deepEqual(problems(jobOf({}, undefined, status), jobOf({}), 'status'), [
    'status.completionTime: Required value: completionTime is required for Complete jobs',
    'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    'status.active: Invalid value: 1: active>0 is invalid for finished job',
    'status.startTime: Required value: startTime is required for finished job',
  ]);
});

test('completion indexes are rising intervals', () => {
  assert.deepEqual(parseIndexes('0,2-4', 5), {
    intervals: [
      { first: 0, last: 0 },
      { first: 2, last: 4 },
    ],
  });
  assert.deepEqual(parseIndexes('3,1', 5), { error: 'non-increasing order, previous: 3, current: 1' });
  assert.deepEqual(parseIndexes('9', 5), { error: 'too large index: "9"' });
});
