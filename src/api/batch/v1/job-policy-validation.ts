// Checks of when a Job gives up early and when it is content early: Pod failure policy and success policy.

import { checkQualifiedName } from '../../../machinery/formats/label.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { duplicate, invalid, OMITTED, notSupported, required, tooLong, tooMany } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import { complaints, nonNegative, supported } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';
import { countIndexes, parseIndexes } from './completion-indexes.ts';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from './job.ts';

const MOST_RULES = 20;
const MOST_PATTERNS = 20;
const MOST_EXIT_CODES = 255;
const LONGEST_INDEXES = 64 * 1024;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

/** An invalid value that the message does not show. */
const invalidWhole = (at: FieldPath, detail: string): Problem => invalid(at, OMITTED, detail);

const goList = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

/** Like a required choice, with the choices named in Go's way. */
function* choice(at: FieldPath, value: string, values: readonly string[]): Problems {
  if (value === '') yield required(at, `valid values: ${goList(values)}`);
  else yield* supported(at, value, values);
}

/** Checks the Pod failure policy of a Job. */
export function* validatePodFailurePolicy(spec: JobSpec, at: FieldPath): Problems {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const here = at.child('rules');
  if (rules.length > MOST_RULES) yield tooMany(here, rules.length, MOST_RULES);
  const { containers, initContainers = [] } = spec.template.spec;
  const names = new Set([...containers, ...initContainers].map(({ name }) => name));
  for (const [index, rule] of rules.entries()) yield* validateFailureRule(rule, spec, names, here.index(index));
}

function* validateFailureRule(rule: PodFailurePolicyRule, spec: JobSpec, names: ReadonlySet<string>, at: FieldPath): Problems {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    yield invalid(at.child('action'), action, 'requires the backoffLimitPerIndex to be set');
  else yield* choice(at.child('action'), action, ACTIONS);
  if (onExitCodes !== undefined) yield* validateExitCodes(onExitCodes, names, at.child('onExitCodes'));
  yield* validatePatterns(onPodConditions, at.child('onPodConditions'));
  if (onExitCodes !== undefined && onPodConditions.length > 0)
    yield invalidWhole(at, 'specifying both OnExitCodes and OnPodConditions is not supported');
  if (onExitCodes === undefined && onPodConditions.length === 0)
    yield invalidWhole(at, 'specifying one of OnExitCodes and OnPodConditions is required');
}

function* validatePatterns(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], at: FieldPath): Problems {
  if (patterns.length > MOST_PATTERNS) yield tooMany(at, patterns.length, MOST_PATTERNS);
  for (const [index, { type, status }] of patterns.entries()) {
    yield* complaints(at.index(index).child('type'), type, checkQualifiedName(type));
    yield* choice(at.index(index).child('status'), status, STATUSES);
  }
}

function* validateExitCodes(requirement: PodFailurePolicyOnExitCodesRequirement, names: ReadonlySet<string>, at: FieldPath): Problems {
  const { operator, containerName, values } = requirement;
  const here = at.child('values');
  yield* choice(at.child('operator'), operator, OPERATORS);
  if (containerName !== undefined && !names.has(containerName))
    yield invalid(at.child('containerName'), containerName, 'must be one of the container or initContainer names in the pod template');
  if (values.length === 0) yield invalid(here, values, 'at least one value is required');
  else if (values.length > MOST_EXIT_CODES) yield tooMany(here, values.length, MOST_EXIT_CODES);
  for (const [index, value] of values.entries()) {
    if (operator === 'In' && value === 0) yield invalid(here.index(index), value, 'must not be 0 for the In operator');
    if (values.indexOf(value) < index) yield duplicate(here.index(index), value);
  }
  if (values.some((value, index) => (values[index - 1] ?? value) > value)) yield invalid(here, values, 'must be ordered');
}

/** Checks the success policy of a Job. */
export function* validateSuccessPolicy(spec: JobSpec, at: FieldPath): Problems {
  const { successPolicy } = spec;
  if (successPolicy === undefined) return;
  if (spec.completionMode !== 'Indexed') {
    const shown = successPolicy.rules.map(({ succeededIndexes, succeededCount }) => ({
      SucceededIndexes: succeededIndexes ?? null,
      SucceededCount: succeededCount ?? null,
    }));
    return yield invalid(at, { Rules: shown }, 'requires indexed completion mode');
  }
  const { rules } = successPolicy;
  const here = at.child('rules');
  if (rules.length === 0) yield required(here, 'at least one rules must be specified when the successPolicy is specified');
  if (rules.length > MOST_RULES) yield tooMany(here, rules.length, MOST_RULES);
  for (const [index, rule] of rules.entries()) yield* validateSuccessRule(rule, spec.completions ?? 0, here.index(index));
}

function* validateSuccessRule({ succeededCount, succeededIndexes }: SuccessPolicyRule, completions: number, at: FieldPath): Problems {
  if (succeededCount === undefined && succeededIndexes === undefined)
    yield required(at, 'at least one of succeededCount or succeededIndexes must be specified');
  let indexes: number | undefined;
  if (succeededIndexes !== undefined) {
    const here = at.child('succeededIndexes');
    if (succeededIndexes.length > LONGEST_INDEXES) yield tooLong(here, LONGEST_INDEXES);
    const parsed = parseIndexes(succeededIndexes, completions);
    if ('error' in parsed) yield invalid(here, succeededIndexes, `error parsing succeededIndexes: ${parsed.error}`);
    indexes = 'error' in parsed ? 0 : countIndexes(parsed.intervals);
  }
  if (succeededCount === undefined) return;
  const here = at.child('succeededCount');
  yield* nonNegative(here, succeededCount);
  if (succeededCount > completions)
    yield invalid(here, succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`);
  if (indexes !== undefined && succeededCount > indexes)
    yield invalid(
      here,
      succeededCount,
      `must be less than or equal to ${indexes} (the number of indexes in the specified succeededIndexes field)`,
    );
}

/** Checks what counts as a Pod to be replaced. */
export function* validatePodReplacementPolicy({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, at: FieldPath): Problems {
  if (policy === undefined) return;
  if (podFailurePolicy === undefined) yield* supported(at, policy, ['Failed', 'TerminatingOrFailed']);
  else if (policy !== 'Failed') yield notSupported(at, policy, ['Failed']);
}
