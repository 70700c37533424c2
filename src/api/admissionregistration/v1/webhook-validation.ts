// Checks of admission webhooks, those that change objects and those that do not.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1035Label, validateFullyQualifiedName } from '../../../machinery/formats/dns.ts';
import { duplicate, invalid, notSupported, required } from '../../../machinery/problem.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../../../machinery/selectors/validate-label-selector.ts';
import { complaints, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import type { MutatingWebhook } from './mutating-webhook-configuration.ts';
import { FAILURE_POLICIES, MATCH_POLICIES, validateMatchConditions, validateRule } from './rules-validation.ts';
import type { ValidatingWebhook } from './validating-webhook-configuration.ts';
import { validateClientConfig } from './webhook-client-validation.ts';

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const HARMLESS = ['None', 'NoneOnDryRun'];
const EVERY_SIDE_EFFECT = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const LONGEST_TIMEOUT_SECONDS = 30;

/** Checks webhooks; what stored ones have may stay, though it would not be taken today. */
export function* validateWebhooks(hooks: readonly Webhook[], old: readonly Webhook[] | undefined, at: FieldPath): Problems {
  const names = new Set<string>();
  const distinct = old === undefined || new Set(old.map(({ name }) => name)).size === old.length;
  for (const [index, hook] of hooks.entries()) {
    const here = at.index(index);
    yield* validateWebhook(hook, old ?? [], here);
    yield* validateReviewVersions(hook.admissionReviewVersions, old ?? [], here.child('admissionReviewVersions'));
    if (hook.name === '' || !distinct) continue;
    if (names.has(hook.name)) yield duplicate(here.child('name'), hook.name);
    names.add(hook.name);
  }
}

function* validateWebhook(hook: Webhook, old: readonly Webhook[], at: FieldPath): Problems {
  const { rules = [], sideEffects, timeoutSeconds, namespaceSelector, objectSelector, matchConditions = [] } = hook;
  yield* validateFullyQualifiedName(at.child('name'), hook.name);
  for (const [index, rule] of rules.entries()) yield* validateRule(rule, at.child('rules').index(index));
  yield* supported(at.child('failurePolicy'), hook.failurePolicy, FAILURE_POLICIES);
  yield* supported(at.child('matchPolicy'), hook.matchPolicy, MATCH_POLICIES);
  const allowed = old.some((each) => !HARMLESS.includes(each.sideEffects ?? '')) ? EVERY_SIDE_EFFECT : HARMLESS;
  if (sideEffects === undefined) yield required(at.child('sideEffects'), `must specify one of ${allowed.join(', ')}`);
  else if (!allowed.includes(sideEffects)) yield notSupported(at.child('sideEffects'), sideEffects, allowed);
  if (timeoutSeconds !== undefined && (timeoutSeconds > LONGEST_TIMEOUT_SECONDS || timeoutSeconds < 1))
    yield invalid(at.child('timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds');
  const allowInvalidLabelValueInSelector = old.some(
    (each) => hasInvalidLabelValue(each.namespaceSelector) || hasInvalidLabelValue(each.objectSelector),
  );
  yield* validateLabelSelector(namespaceSelector, at.child('namespaceSelector'), { allowInvalidLabelValueInSelector });
  yield* validateLabelSelector(objectSelector, at.child('objectSelector'), { allowInvalidLabelValueInSelector });
  yield* supported(at.child('reinvocationPolicy'), hook.reinvocationPolicy, ['IfNeeded', 'Never']);
  yield* validateClientConfig(hook.clientConfig, at.child('clientConfig'));
  yield* validateMatchConditions(matchConditions, at.child('matchConditions'));
}

function* validateReviewVersions(versions: readonly string[], old: readonly Webhook[], at: FieldPath): Problems {
  if (versions.length === 0) return yield required(at, `must specify one of ${REVIEW_VERSIONS.join(', ')}`);
  for (const [index, version] of versions.entries()) {
    if (versions.indexOf(version) < index) yield invalid(at.index(index), version, 'duplicate version');
    else yield* complaints(at.index(index), version, checkDns1035Label(version));
  }
  const understood = (each: readonly string[]): boolean => each.some((version) => REVIEW_VERSIONS.includes(version));
  const keeps = old.some(({ admissionReviewVersions }) => !understood(admissionReviewVersions));
  if (!keeps && !understood(versions)) yield invalid(at, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`);
}
