// Checks of admission policies and their bindings. Expressions are required but not compiled here.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1035Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkPathSegmentName } from '../../../machinery/formats/identifier.ts';
import { parseGroupVersion } from '../../../machinery/kind.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { printLabelSelectorObject } from '../../../machinery/selectors/label-selector.ts';
import { validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { complaints, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { FAILURE_POLICIES, validateMatchConditions, validateMatchResources } from './rules-validation.ts';
import type { MatchCondition, MatchResources, ParamKind, ParamRef } from './rules.ts';
import type { ValidatingAdmissionPolicySpec } from './validating-admission-policy.ts';

interface PolicyBasics {
  readonly paramKind?: ParamKind | undefined;
  readonly matchConstraints?: MatchResources | undefined;
  readonly failurePolicy?: string | undefined;
  readonly matchConditions?: readonly MatchCondition[] | undefined;
}

interface BindingBasics {
  readonly policyName?: string | undefined;
  readonly paramRef?: ParamRef | undefined;
  readonly matchResources?: MatchResources | undefined;
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];

/** Checks what policies of both sorts have. */
export function* validatePolicyBasics(spec: PolicyBasics, at: FieldPath): Problems {
  const { paramKind, matchConstraints, failurePolicy, matchConditions = [] } = spec;
  if (failurePolicy === undefined) yield required(at.child('failurePolicy'));
  yield* supported(at.child('failurePolicy'), failurePolicy, FAILURE_POLICIES);
  if (paramKind !== undefined) yield* validateParamKind(paramKind, at.child('paramKind'));
  const here = at.child('matchConstraints');
  if (matchConstraints === undefined) yield required(here);
  else {
    yield* validateMatchResources(matchConstraints, here);
    if ((matchConstraints.resourceRules ?? []).length === 0) yield required(here.child('resourceRules'));
  }
  yield* validateMatchConditions(matchConditions, at.child('matchConditions'));
}

/** Checks a policy that may refuse. */
export function* validateValidatingPolicy(spec: ValidatingAdmissionPolicySpec, at: FieldPath): Problems {
  const { validations = [], auditAnnotations = [] } = spec;
  yield* validatePolicyBasics(spec, at);
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const text = 'validations or auditAnnotations must contain at least one item';
    yield required(at.child('validations'), text);
    return yield required(at.child('auditAnnotations'), text);
  }
  for (const [index, { expression, reason, message = '' }] of validations.entries()) {
    const here = at.child('validations').index(index);
    if (expression.trim() === '') yield required(here.child('expression'), 'expression is not specified');
    if (message !== '' && message.trim() === '') yield invalid(here.child('message'), message, 'must be non-empty if specified');
    else if (/[\r\n]/.test(message.trim())) yield invalid(here.child('message'), message, 'must not contain line breaks');
    yield* supported(here.child('reason'), reason, REASONS);
  }
}

function* validateParamKind({ apiVersion = '', kind = '' }: ParamKind, at: FieldPath): Problems {
  const here = at.child('apiVersion');
  const parsed = parseGroupVersion(apiVersion);
  if (apiVersion === '') yield required(here);
  else if (parsed === undefined) yield invalid(here, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else {
    const group = parsed.group === '' ? [] : checkDns1123Subdomain(parsed.group);
    if (group.length > 0) yield invalid(here, parsed.group, group.join(','));
    const version = checkDns1035Label(parsed.version);
    if (parsed.version === '') yield invalid(here, apiVersion, 'version must be specified');
    else if (version.length > 0) yield invalid(here, parsed.version, version.join(','));
  }
  if (kind === '') return yield required(at.child('kind'));
  const messages = checkDns1035Label(kind.toLowerCase());
  if (messages.length > 0) yield invalid(at.child('kind'), kind, `may have mixed case, but should otherwise match: ${messages.join(',')}`);
}

/** Checks a binding of either sort. */
export function* validatePolicyBinding({ policyName = '', paramRef, matchResources }: BindingBasics, at: FieldPath): Problems {
  if (policyName === '') yield required(at.child('policyName'));
  else yield* complaints(at.child('policyName'), policyName, checkDns1123Subdomain(policyName));
  if (paramRef !== undefined) yield* validateParamRef(paramRef, at.child('paramRef'));
  yield* validateMatchResources(matchResources, at.child('matchResources'));
}

function* validateParamRef({ name = '', selector, parameterNotFoundAction: action = '' }: ParamRef, at: FieldPath): Problems {
  const exclusive = 'name and selector are mutually exclusive';
  if (name !== '') yield* complaints(at.child('name'), name, checkPathSegmentName(name));
  if (name !== '' && selector !== undefined) yield forbidden(at.child('name'), exclusive);
  yield* validateLabelSelector(selector, at.child('selector'));
  if (name !== '' && selector !== undefined) yield forbidden(at.child('selector'), exclusive);
  if (name === '' && selector === undefined) yield required(at, 'one of name or selector must be specified');
  if (action === '') yield required(at.child('parameterNotFoundAction'));
  else yield* supported(at.child('parameterNotFoundAction'), action, ['Deny', 'Allow']);
}

/** Checks what happens when a policy refuses. */
export function* validateActions(actions: readonly string[], at: FieldPath): Problems {
  if (actions.length === 0) yield required(at, 'at least one validation action is required');
  for (const [index, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) yield notSupported(at.index(index), action, ACTIONS);
    if (actions.indexOf(action) < index) yield duplicate(at.index(index), action);
  }
  if (actions.includes('Deny') && actions.includes('Warn'))
    yield invalid(
      at,
      actions,
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    );
}

/** The kind of a policy's parameters, as tables show it. */
export const paramKindCell = (paramKind: ParamKind | undefined): string =>
  paramKind === undefined ? '<unset>' : `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}`;

/** The parameters of a binding, as tables show them. */
export function paramRefCell(paramRef: ParamRef | undefined): string {
  const { name = '', namespace = '*', selector } = paramRef ?? {};
  if (name !== '') return `${namespace}/${name}`;
  return selector === undefined ? '<unset>' : printLabelSelectorObject(selector);
}
