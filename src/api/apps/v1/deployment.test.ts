import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canonicalize } from '../../../machinery/canonical.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import { printProblem } from '../../../machinery/problem.ts';
import { validate } from '../../../machinery/validation.ts';
import { deployment } from './deployment.ts';
import type { Deployment } from './deployment.ts';

function deploymentOf(spec: object): Deployment {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  const metadata = { name: 'web', namespace: 'default', resourceVersion: '1' };
  const result = canonicalize(deployment.struct, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
  });
  assert.ok(result.ok, 'canonical');
  applyDefaults(deployment, result.object);
  return result.object;
}

function problems(next: Deployment, old?: Deployment): readonly string[] {
  const operation = old === undefined ? 'create' : 'update';
  return validate(deployment, next, old, { operation, subresource: '', namespace: 'default' }).map(printProblem);
}

test('a Deployment rolls a quarter at a time unless told', () => {
  const { spec } = deploymentOf({});
  assert.deepEqual(spec.strategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } });
  assert.deepEqual([spec.replicas, spec.revisionHistoryLimit, spec.progressDeadlineSeconds], [1, 10, 600]);
  assert.deepEqual(problems(deploymentOf({})), []);
});

test('the selector must find the Pods of the template, and stays', () => {
  const stray = deploymentOf({ selector: { matchLabels: { app: 'db' } } });
  const mismatch = 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`';
  assert.deepEqual(problems(stray), [mismatch]);
  assert.deepEqual(problems(stray, deploymentOf({})), [
    mismatch,
    'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable',
  ]);
});

test('a strategy must let something happen', () => {
  assert.deepEqual(problems(deploymentOf({ strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } })), [
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ]);
  assert.deepEqual(problems(deploymentOf({ strategy: { type: 'Recreate', rollingUpdate: {} } })), [
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ]);
});
