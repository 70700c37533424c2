// What our strategies store of a create or an update is what upstream's do. (Addresses, ports and times are others' business.)

import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createTestParts } from '../../src/control-plane/apiserver/api-server-fixture.ts';
import { draftOf } from '../../src/machinery/draft.ts';
import type { KubeObject } from '../../src/machinery/kind.ts';
import { StatusError } from '../../src/machinery/status-error.ts';
import { prepareCreate, prepareUpdate, wipeSystemFields } from '../../src/server/object-preparation.ts';
import type { ObjectDraft } from '../../src/server/object-preparation.ts';
import type { Scope } from '../../src/server/scope.ts';
import type { ObjectSubresource, WriteContext } from '../../src/server/strategy.ts';
import { differences } from './compare.ts';
import { kindOf } from './kinds.ts';
import { defaulted, withoutNothings } from './our-objects.ts';
import { toJson } from './part.ts';
import type { Question } from './question.ts';
import { expandNow, readSeeds } from './seeds.ts';
import { readSeedVectors } from './vectors.ts';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const CREATED_UID = '00000000-0000-4000-8000-000000000001';

/** Kinds without defaults so far. */
const AWAITING_DEFAULTS: ReadonlySet<string> = new Set(['apps.statefulset', 'batch.cronjob']);

const { strategies } = createTestParts();

function placed(object: unknown): ObjectDraft {
  const draft = defaulted(object);
  if (kindOf(object).scope === 'Namespaced') draft.metadata.namespace ??= 'default';
  if (draft.metadata.generateName !== undefined) draft.metadata.name ??= `${draft.metadata.generateName.slice(0, 58)}xxxxx`;
  return draft;
}

/** What a write of ours would store; undefined where no strategy of ours takes the kind. */
function stored(question: Question): KubeObject | undefined {
  const object = expandNow(question.object, NOW_MS);
  const kind = kindOf(object);
  const strategy = strategies.find(({ definition, handlers }) => definition.hub === kind && handlers === undefined);
  if (strategy === undefined) return undefined;
  const draft = placed(object);
  const { namespace = '', name = '' } = draft.metadata;
  const scope = { strategy, hub: kind, namespace } as Scope;
  const { subresource = '' } = question;
  const context = {
    operation: 'create',
    subresource,
    namespace,
    name,
    dryRun: false,
    nowMs: NOW_MS,
    user: { name: '', uid: '', groups: [], extra: {} },
    warn: () => {},
  };
  if (question.ask === 'create') {
    wipeSystemFields(draft);
    draft.metadata.uid = CREATED_UID;
    return prepareCreate(scope, draft, context as Partial<WriteContext> as WriteContext) as KubeObject;
  }
  const old = placed(expandNow(question.old, NOW_MS)) as KubeObject;
  const served = strategy.subresources?.[subresource] as ObjectSubresource<KubeObject> | undefined;
  draft.metadata.resourceVersion = (old as ObjectDraft).metadata.resourceVersion ??= '1';
  return prepareUpdate(
    scope,
    draft,
    draftOf(old) as KubeObject,
    { ...context, operation: 'update' } as Partial<WriteContext> as WriteContext,
    served,
  ) as KubeObject;
}

/** Where the present was written, any time is right. */
function withTimesOf(expected: unknown, actual: unknown): unknown {
  if (expected === '$now') return '$now';
  if (Array.isArray(expected) && Array.isArray(actual)) return actual.map((each, index) => withTimesOf(expected[index], each));
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return actual;
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [key, withTimesOf((expected as Record<string, unknown>)[key], value)]),
  );
}

function compare(question: Question, answer: { readonly object?: unknown }): string[] {
  if (answer.object === undefined) return [];
  try {
    const object = stored(question);
    if (object === undefined) return [];
    const expected = withoutNothings(answer.object);
    return differences('', expected, withTimesOf(expected, toJson(withoutNothings(object))));
  } catch (error) {
    if (error instanceof StatusError) return [error.message];
    throw error;
  }
}

describe('what strategies store', () => {
  for (const [file, seeds] of readSeeds()) {
    test(`${file} as upstream does`, { todo: AWAITING_DEFAULTS.has(file) }, () => {
      const vectors = readSeedVectors(file);
      const found = seeds.flatMap(({ name, question }, index) => {
        const vector = vectors[index];
        if ((question.ask !== 'create' && question.ask !== 'update') || vector === undefined || !('answer' in vector)) return [];
        return compare(question, vector.answer as { object?: unknown }).map(
          (line) => `${name} (${question.ask} ${question.subresource ?? ''}): ${line}`,
        );
      });
      assert.deepEqual(found, []);
    });
  }
});
