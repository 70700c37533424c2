// Questions to the authorizer (`authorizer.group('apps').resource('deployments').check('create').allowed()`). Who answers them is
// the caller's: an AuthorizerValue carries the function that decides.

import { member } from '../environment.ts';
import type { FunctionTable, Overload } from '../environment.ts';
import { BOOL, opaqueOf, STRING } from '../type.ts';
import type { CelType } from '../type.ts';
import { OpaqueValue } from '../value.ts';
import type { Value } from '../value.ts';

/** What an expression asks: a path, or a resource and how it is narrowed. */
export interface AuthorizerQuestion {
  readonly verb: string;
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** The service account asked about; otherwise the user of the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

export interface AuthorizerAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  /** Why there is no answer. */
  readonly error?: string;
}

export type Authorize = (question: AuthorizerQuestion) => AuthorizerAnswer;

export const AUTHORIZER_TYPE = opaqueOf('kubernetes.authorization.Authorizer');
const PATH_CHECK = opaqueOf('kubernetes.authorization.PathCheck');
const GROUP_CHECK = opaqueOf('kubernetes.authorization.GroupCheck');
const RESOURCE_CHECK = opaqueOf('kubernetes.authorization.ResourceCheck');
const DECISION = opaqueOf('kubernetes.authorization.Decision');

/** A question that is being put together; the variable `authorizer` is an empty one. */
export class AuthorizerValue extends OpaqueValue {
  readonly type: CelType;
  readonly authorize: Authorize;
  readonly question: Partial<AuthorizerQuestion>;
  constructor(authorize: Authorize, question: Partial<AuthorizerQuestion> = {}, type: CelType = AUTHORIZER_TYPE) {
    super();
    this.authorize = authorize;
    this.question = question;
    this.type = type;
  }
  override equals(other: OpaqueValue): boolean {
    return other === this;
  }
  with(more: Partial<AuthorizerQuestion>, type: CelType): AuthorizerValue {
    return new AuthorizerValue(this.authorize, { ...this.question, ...more }, type);
  }
}

class DecisionValue extends OpaqueValue {
  readonly type = DECISION;
  readonly answer: AuthorizerAnswer;
  constructor(answer: AuthorizerAnswer) {
    super();
    this.answer = answer;
  }
  override equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

type Part = Exclude<keyof AuthorizerQuestion, 'verb' | 'serviceAccount'>;

const narrow = (id: string, part: Part, from: CelType, to: CelType): readonly Overload[] => [
  member(id, [from, STRING], to, (asked: AuthorizerValue, value: string) => asked.with({ [part]: value }, to)),
];

const ask = (asked: AuthorizerValue, verb: string): Value => new DecisionValue(asked.authorize({ ...asked.question, verb }));
const read = (id: string, type: CelType, of: (answer: AuthorizerAnswer) => Value): readonly Overload[] => [
  member(id, [DECISION], type, ({ answer }: DecisionValue) => of(answer)),
];

export const authorizer: FunctionTable = {
  path: narrow('authorizer_path', 'path', AUTHORIZER_TYPE, PATH_CHECK),
  group: narrow('authorizer_group', 'group', AUTHORIZER_TYPE, GROUP_CHECK),
  serviceAccount: [
    member(
      'authorizer_serviceaccount',
      [AUTHORIZER_TYPE, STRING, STRING],
      AUTHORIZER_TYPE,
      (asked: AuthorizerValue, namespace: string, name: string) => asked.with({ serviceAccount: { namespace, name } }, AUTHORIZER_TYPE),
    ),
  ],
  resource: narrow('groupcheck_resource', 'resource', GROUP_CHECK, RESOURCE_CHECK),
  subresource: narrow('resourcecheck_subresource', 'subresource', RESOURCE_CHECK, RESOURCE_CHECK),
  namespace: narrow('resourcecheck_namespace', 'namespace', RESOURCE_CHECK, RESOURCE_CHECK),
  name: narrow('resourcecheck_name', 'name', RESOURCE_CHECK, RESOURCE_CHECK),
  fieldSelector: narrow('authorizer_fieldselector', 'fieldSelector', RESOURCE_CHECK, RESOURCE_CHECK),
  labelSelector: narrow('authorizer_labelselector', 'labelSelector', RESOURCE_CHECK, RESOURCE_CHECK),
  check: [
    member('pathcheck_check', [PATH_CHECK, STRING], DECISION, ask),
    member('resourcecheck_check', [RESOURCE_CHECK, STRING], DECISION, ask),
  ],
  errored: read('decision_errored', BOOL, (answer) => answer.error !== undefined),
  error: read('decision_error', STRING, (answer) => answer.error ?? ''),
  allowed: read('decision_allowed', BOOL, (answer) => answer.allowed),
  reason: read('decision_reason', STRING, (answer) => answer.reason),
};
