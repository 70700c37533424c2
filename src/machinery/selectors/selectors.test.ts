import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FieldPath } from '../field-path.ts';
import { printProblem } from '../problem.ts';
import { escapeFieldValue, FieldSelector, parseFieldSelector } from './field-selector.ts';
import { labelSelectorFromMap, labelSelectorOf, matchesLabels, parseLabelSelector, printLabelSelectorObject } from './label-selector.ts';
import type { LabelSelector } from './label-selector.ts';
import { validateLabelSelector } from './validate-label-selector.ts';

function parsed(text: string): LabelSelector {
  const outcome = parseLabelSelector(text);
  assert(outcome.ok, text);
  return outcome.value;
}

const refusal = (text: string): string => {
  const outcome = parseLabelSelector(text);
  return outcome.ok ? '' : outcome.error;
};

test('label selectors are read, sorted by key and printed', () => {
  assert.equal(parsed(' b in (y, x) ,a , !c,d!=1 , e>5').toString(), 'a,b in (x,y),!c,d!=1,e>5');
  assert.equal(parsed('a==b').toString(), 'a==b');
  assert.equal(parsed('in in (in,notin)').toString(), 'in in (in,notin)');
  assert.equal(parsed('a in ()').toString(), 'a in ()');
  assert.equal(parsed('a=').toString(), 'a=');
  assert.equal(parsed('').empty, true);
});

test('label selectors match', () => {
  const selector = parsed('a in (x,y),!b,c!=z,n>5');
  assert.equal(selector.matches({ a: 'x', n: '6' }), true);
  assert.equal(selector.matches({ a: 'x', n: '5' }), false);
  assert.equal(selector.matches({ a: 'x', n: '6', b: '' }), false);
  assert.equal(selector.matches({ a: 'x', n: '6', c: 'z' }), false);
  assert.equal(selector.matches(undefined), false);
  assert.equal(selector.exactMatch('a'), undefined);
  assert.equal(parsed('a=x').exactMatch('a'), 'x');
});

test('names of Object’s own members are labels like any other', () => {
  assert.equal(parsed('constructor').matches({}), false);
  assert.equal(parsed('toString!=x').matches({}), true);
  assert.equal(parsed('constructor=x').matches({ constructor: 'x' }), true);
});

test('what is no selector is refused with the reason', () => {
  assert.equal(refusal('a,,b'), "found ',', expected: identifier after ','");
  assert.equal(refusal('a in b'), "unable to parse requirement: found 'b' expected: '('");
  assert.equal(refusal('a b'), "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
  assert.equal(
    refusal('a>x'),
    "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
  );
  assert.match(refusal('-=x'), /^unable to parse requirement: <nil>: Invalid value: "-": name part must consist/);
});

test('selector objects match nothing when absent, everything when empty', () => {
  assert.equal(matchesLabels(undefined, {}), false);
  assert.equal(matchesLabels({}, {}), true);
  const selector = { matchLabels: { a: 'x' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] };
  assert.equal(matchesLabels(selector, { a: 'x', b: '' }), true);
  assert.equal(matchesLabels(selector, { a: 'x' }), false);
  assert.equal(printLabelSelectorObject(selector), 'a=x,b');
  assert.equal(printLabelSelectorObject({}), '<none>');
  assert.deepEqual(labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'Gt' }] }), {
    ok: false,
    error: '"Gt" is not a valid label selector operator',
  });
});

test('selector objects are validated field by field', () => {
  const problems = validateLabelSelector(
    {
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'b', operator: 'Exists', values: ['x'] },
        { key: 'c', operator: 'Near' },
      ],
    },
    FieldPath.root.child('spec', 'selector'),
  );
  assert.deepEqual(problems.map(printProblem), [
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
  ]);
});

const word = fc.stringMatching(/^[a-z]([a-z0-9]{0,3})$/);

test('printing and parsing a label selector again changes nothing', () => {
  const requirement = fc.oneof(
    word,
    word.map((key) => `!${key}`),
    fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map((parts) => parts.join('')),
    fc
      .tuple(word, fc.constantFrom(' in ', ' notin '), fc.array(word, { minLength: 1 }))
      .map(([key, operator, values]) => `${key}${operator}(${values.join(',')})`),
  );
  fc.assert(
    fc.property(fc.array(requirement), fc.dictionary(word, word), (requirements, labels) => {
      const selector = parsed(requirements.join(','));
      const again = parsed(selector.toString());
      assert.equal(again.toString(), selector.toString());
      assert.equal(again.matches(labels), selector.matches(labels));
    }),
  );
});

test('a selector made of labels matches them', () => {
  fc.assert(fc.property(fc.dictionary(word, word), (labels) => labelSelectorFromMap(labels).matches({ ...labels, extra: '1' })));
});

test('any text is read or refused, never worse', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab=!(),<> \0in\t'), maxLength: 30 }), (text) => {
      parseLabelSelector(text);
      parseFieldSelector(text);
    }),
  );
});

test('field selectors escape, match and print', () => {
  const outcome = parseFieldSelector('status.phase!=Running,metadata.name==a\\,b');
  assert(outcome.ok);
  assert.equal(outcome.value.toString(), 'metadata.name=a\\,b,status.phase!=Running');
  const fields: Record<string, string> = { 'metadata.name': 'a,b' };
  assert.equal(
    outcome.value.matches((field) => fields[field] ?? ''),
    true,
  );
  assert.equal(outcome.value.exactMatch('metadata.name'), 'a,b');
  assert.deepEqual(parseFieldSelector('a'), { ok: false, error: "invalid selector: 'a'; can't understand 'a'" });
  assert.deepEqual(parseFieldSelector('a=b\\c'), { ok: false, error: 'invalid field selector: invalid escape sequence: \\c' });
  assert.deepEqual(parseFieldSelector('a=b=c'), { ok: false, error: 'invalid field selector: unescaped character in value: 61' });
});

test('field selectors can be renamed or refused', () => {
  const selector = new FieldSelector([{ field: 'a', operator: '!=', value: 'x' }]);
  const renamed = selector.transform((field, value) => ({ ok: true, value: { field: `spec.${field}`, value } }));
  assert(renamed.ok);
  assert.equal(renamed.value.toString(), 'spec.a!=x');
  assert.deepEqual(
    selector.transform(() => ({ ok: false, error: 'no' })),
    { ok: false, error: 'no' },
  );
});

test('every field value survives escaping', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const outcome = parseFieldSelector(`f=${escapeFieldValue(value)}`);
      assert(outcome.ok);
      assert.equal(outcome.value.exactMatch('f'), value);
    }),
  );
});
