// Label and field selectors: parsing, printing, matching.

import fc from 'fast-check';
import { labelSelectorOf, parseLabelSelector, printLabelSelectorObject } from '../../../src/machinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../src/machinery/selectors/label-selector.ts';
import { parseFieldSelector } from '../../../src/machinery/selectors/field-selector.ts';
import type { Outcome } from '../../../src/machinery/outcome.ts';
import { part, wholeText } from '../part.ts';

const key = fc.constantFrom('a', 'b', 'app', 'example.com/x', 'metadata.name', 'in', 'notin', 'A_b', '-x', 'a b', '', '1');
const value = fc.constantFrom('a', 'b', '', '1', '22', '-3', 'x.y', 'in', 'a b', '_', 'ü', '9223372036854775808', 'a'.repeat(64));
const space = fc.constantFrom('', '', '', ' ', '  ', '\t');
const term = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(key, space, fc.constantFrom('=', '==', '!=', '>', '<', '=!', '!'), space, value).map((each) => each.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        key,
        fc.constantFrom(' in ', ' notin ', ' in', 'in ', ' IN '),
        fc.constantFrom('(', '( ', ''),
        fc.array(value, { maxLength: 3 }),
        fc.constantFrom(')', ' )', ''),
      )
      .map(([name, operator, open, values, close]) => name + operator + open + values.join(',') + close),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('', '!', '! '), key).map((each) => each.join('')) },
);
const text = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(space, fc.array(term, { maxLength: 3 }), space).map(([before, terms, after]) => before + terms.join(',') + after),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'ab=!,()<> in'), maxLength: 10 }) },
);
const sets = fc.array(
  fc.dictionary(fc.constantFrom('a', 'b', 'app', 'example.com/x', '1'), fc.constantFrom('a', 'b', '', '1', '22', '-3')),
  { maxLength: 3 },
);

function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome.value;
}

const describe = (selector: LabelSelector, labels: readonly Readonly<Record<string, string>>[]): object => ({
  string: selector.toString(),
  empty: selector.empty,
  ...(labels.length === 0 ? {} : { matches: labels.map((each) => selector.matches(each)) }),
});

/** Requirements show in the text already. */
const relevant = (answer: unknown): unknown => {
  const { requirements: _requirements, ...rest } = answer as { requirements?: unknown };
  return rest;
};

export const labelSelector = part({
  name: 'label-selector',
  recorded: 300,
  refusal: wholeText,
  arbitrary: fc.record({ text, sets }),
  question: (input) => ({ ask: 'labelSelector', ...input }),
  ours: (input) => describe(unwrap(parseLabelSelector(input.text)), input.sets),
  relevant,
});

const selectorObject = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 10,
    arbitrary: fc.record(
      {
        matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
        matchExpressions: fc.array(
          fc.record({
            key,
            operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'in', ''),
            values: fc.array(value, { maxLength: 2 }),
          }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  },
);

export const labelSelectorObject = part({
  name: 'label-selector-object',
  arbitrary: fc.record({ object: selectorObject, sets }),
  question: (input) => ({ ask: 'labelSelectorObject', ...input }),
  ours: ({ object, sets: labels }) => ({
    ...describe(unwrap(labelSelectorOf(object)), labels),
    formatted: printLabelSelectorObject(object),
  }),
  relevant,
});

const fieldTerm = fc
  .tuple(
    fc.constantFrom('metadata.name', 'status.phase', 'a', '', 'a\\,b'),
    fc.constantFrom('=', '==', '!=', '', '>'),
    fc.constantFrom('x', '', 'a\\,b', 'a\\=b', 'a\\\\b', 'a\\', 'a=b', 'ü'),
  )
  .map((each) => each.join(''));

export const fieldSelector = part({
  name: 'field-selector',
  refusal: wholeText,
  arbitrary: fc.record({
    text: fc.array(fieldTerm, { maxLength: 3 }).map((terms) => terms.join(',')),
    sets: fc.array(fc.dictionary(fc.constantFrom('metadata.name', 'status.phase', 'a'), fc.constantFrom('x', '', 'a,b', 'a=b', 'a\\b')), {
      maxLength: 2,
    }),
  }),
  question: (input) => ({ ask: 'fieldSelector', ...input }),
  ours: (input) => {
    const selector = unwrap(parseFieldSelector(input.text));
    return {
      string: selector.toString(),
      empty: selector.empty,
      ...(input.sets.length === 0
        ? {}
        : { matches: input.sets.map((set) => selector.matches((field) => (Object.hasOwn(set, field) ? (set[field] ?? '') : ''))) }),
    };
  },
  relevant,
});
