import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultPullPolicy, parseImageReference } from './container-image.ts';
import { containerShouldRestart } from './container-restart.ts';
import { matchesNodeSelectorTerm } from './node-affinity-match.ts';
import { isPodAvailable, isPodReady } from './pod-conditions.ts';
import { podTemplateHash } from './pod-template-hash.ts';
import { findUntoleratedTaint, toleratesTaint } from './toleration-match.ts';
import { unifiedDiff } from './unified-diff.ts';

test('an image that says or means latest is always pulled', () => {
  for (const image of ['a', 'a:latest', 'localhost:5000/a', 'reg.io/b/c:latest']) assert.equal(defaultPullPolicy(image), 'Always', image);
  for (const image of ['a:1', `a@sha256:${'a'.repeat(64)}`, 'Foo/Bar', 'a:']) assert.equal(defaultPullPolicy(image), 'IfNotPresent', image);
  assert.deepEqual(parseImageReference('busybox:1.36'), { repository: 'docker.io/library/busybox', tag: '1.36', digest: undefined });
});

test('a container restarts by its rules before the policy of its Pod', () => {
  assert.equal(containerShouldRestart({}, { restartPolicy: 'OnFailure' }, 1), true);
  assert.equal(containerShouldRestart({}, { restartPolicy: 'OnFailure' }, 0), false);
  const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
  assert.equal(containerShouldRestart({ restartPolicy: 'Never', restartPolicyRules: rules }, { restartPolicy: 'Always' }, 42), true);
  assert.equal(containerShouldRestart({ restartPolicy: 'Never', restartPolicyRules: rules }, { restartPolicy: 'Always' }, 1), false);
});

test('a term of node affinity needs all it says, and an empty one matches nothing', () => {
  const node = { name: 'n1', labels: { zone: 'a', cores: '8' } };
  assert.equal(matchesNodeSelectorTerm({}, node), false);
  assert.equal(matchesNodeSelectorTerm({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }, node), true);
  assert.equal(matchesNodeSelectorTerm({ matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['8'] }] }, node), false);
  assert.equal(matchesNodeSelectorTerm({ matchExpressions: [{ key: 'gone', operator: 'NotIn', values: ['x'] }] }, node), true);
  assert.equal(matchesNodeSelectorTerm({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }, node), false);
});

test('tolerations cover taints by key, value and effect', () => {
  const taint = { key: 'k', value: 'v', effect: 'NoSchedule' };
  assert.equal(toleratesTaint({ operator: 'Exists' }, taint), true);
  assert.equal(toleratesTaint({ key: 'k', value: 'v', effect: 'NoExecute' }, taint), false);
  assert.equal(findUntoleratedTaint([taint], [{ key: 'k', value: 'w' }], ['NoSchedule']), taint);
  assert.equal(findUntoleratedTaint([taint], [], ['NoExecute']), undefined);
});

test('a Pod is available once it has been ready long enough', () => {
  const since = '2024-01-01T00:00:00Z';
  const pod = { status: { conditions: [{ type: 'Ready', status: 'True', lastProbeTime: since, lastTransitionTime: since }] } };
  assert.equal(isPodReady(pod), true);
  assert.equal(isPodAvailable(pod, 10, Date.parse(since) + 9_999), false);
  assert.equal(isPodAvailable(pod, 10, Date.parse(since) + 10_000), true);
});

test('equal templates hash alike, collisions apart', () => {
  const template = { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [] } };
  const same = { spec: { containers: [], nodeName: undefined }, metadata: { labels: { b: '2', a: '1' } } };
  assert.equal(podTemplateHash(template, undefined), podTemplateHash(same, undefined));
  assert.notEqual(podTemplateHash(template, undefined), podTemplateHash(template, 1));
});

test('a difference shows changed lines with three lines around', () => {
  assert.equal(
    unifiedDiff([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9]),
    '@@ -3,7 +3,7 @@\n  2,\n  3,\n  4,\n- 5,\n+ 0,\n  6,\n  7,\n  8,\n',
  );
  assert.equal(unifiedDiff({ a: 1 }, { a: 1 }), '');
});
