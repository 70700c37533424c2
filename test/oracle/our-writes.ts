// What our API server makes of a write: the strategy prepares the object, then it is validated, just as in a request. (Addresses,
// ports and admission are others' business, here as in upstream's answers.)

import { createTestParts } from '../../src/control-plane/apiserver/api-server-fixture.ts';
import { draftOf } from '../../src/machinery/draft.ts';
import type { Kind, KubeObject } from '../../src/machinery/kind.ts';
import { problemBody } from '../../src/machinery/problem.ts';
import { StatusError } from '../../src/machinery/status-error.ts';
import { validate } from '../../src/machinery/validation.ts';
import { prepareCreate, prepareUpdate, wipeSystemFields } from '../../src/server/object-preparation.ts';
import type { ObjectDraft } from '../../src/server/object-preparation.ts';
import type { Scope } from '../../src/server/scope.ts';
import type { ObjectSubresource, Strategy, WriteContext } from '../../src/server/strategy.ts';
import { kindOf } from './kinds.ts';
import { defaulted } from './our-objects.ts';
import type { Question } from './question.ts';

const CREATED_UID = '00000000-0000-4000-8000-000000000001';

const { strategies } = createTestParts();

/** The strategy of a kind; undefined for requests, and for kinds that are stored in another version. */
export const strategyOf = (kind: Kind): Strategy | undefined =>
  strategies.find(({ definition, handlers }) => definition.hub === kind && handlers === undefined);

/** A namespaced object is in some namespace, and upstream's answers say which. */
export function placed(object: unknown): ObjectDraft {
  const draft = defaulted(object);
  if (kindOf(object).scope === 'Namespaced') draft.metadata.namespace ??= 'default';
  if (draft.metadata.generateName !== undefined) draft.metadata.name ??= `${draft.metadata.generateName.slice(0, 58)}xxxxx`;
  return draft;
}

export type WriteQuestion = Pick<Question, 'ask' | 'object' | 'old' | 'subresource'>;

/** What a write stores, or throws what it is refused with; undefined where no strategy of ours takes the kind. */
export function write({ object, old, subresource = '' }: WriteQuestion, nowMs: number): KubeObject | undefined {
  const kind = kindOf(object);
  const strategy = strategyOf(kind);
  if (strategy === undefined) return undefined;
  const draft = placed(object);
  const { namespace = '', name = '' } = draft.metadata;
  const scope = { strategy, hub: kind, namespace } as Scope;
  const context: Partial<WriteContext> = {
    operation: old === undefined ? 'create' : 'update',
    subresource,
    namespace,
    name,
    dryRun: false,
    nowMs,
    user: { name: '', uid: '', groups: [], extra: {} },
    warn: () => {},
  };
  if (old === undefined) {
    wipeSystemFields(draft);
    draft.metadata.uid = CREATED_UID;
    return prepareCreate(scope, draft, context as WriteContext) as KubeObject;
  }
  const stored = placed(old);
  const served = strategy.subresources?.[subresource] as ObjectSubresource<KubeObject> | undefined;
  // A stored object always has a resource version; questions need not invent one.
  if (stored.metadata.resourceVersion === undefined) draft.metadata.resourceVersion = stored.metadata.resourceVersion = '1';
  return prepareUpdate(scope, draft, draftOf(stored) as KubeObject, context as WriteContext, served) as KubeObject;
}

/** A cause of a refusal, as a Status lists it. */
export interface Cause {
  readonly type: string;
  readonly field: string;
  readonly message: string;
}

/** What a write is refused for, cause by cause. */
export function problemsOf(question: WriteQuestion, nowMs: number): readonly Cause[] {
  const kind = kindOf(question.object);
  if (strategyOf(kind) === undefined) return problemsOfOtherVersion(kind, question);
  try {
    write(question, nowMs);
    return [];
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'Invalid') throw error;
    return (error.details?.causes ?? []).map(({ reason = '', field = '', message = '' }) => ({ type: reason, field, message }));
  }
}

/** An Event of events.k8s.io is stored as one of the core group, but checked as it came. */
function problemsOfOtherVersion(kind: Kind, { object, old }: WriteQuestion): readonly Cause[] {
  const next = placed(object);
  const stored = old === undefined ? undefined : placed(old);
  if (stored === undefined) next.metadata.uid = CREATED_UID;
  else next.metadata.resourceVersion = stored.metadata.resourceVersion ??= '1';
  const operation = stored === undefined ? 'create' : 'update';
  const problems = validate(kind, next, stored, { operation, subresource: '', namespace: next.metadata.namespace ?? '' });
  return problems.map((problem) => ({ type: problem.type, field: problem.path, message: problemBody(problem) }));
}
