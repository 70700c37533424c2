// JSONPath: random templates over random objects, printed as text and as JSON; then columns and sorting, which stand on it.

import fc from 'fast-check';
import { customColumnRows, parseCustomColumns, parseCustomColumnsFile } from '../../../src/machinery/json-path/custom-columns.ts';
import { parseJsonPath } from '../../../src/machinery/json-path/json-path.ts';
import { sortPositions } from '../../../src/machinery/json-path/sort-by.ts';
import type { Outcome } from '../../../src/machinery/outcome.ts';
import { part, wholeText } from '../part.ts';
import { listedObject, memberName, templateObject } from './template-objects.ts';

const index = fc.oneof(
  fc.integer({ min: -3, max: 4 }).map(String),
  fc.constantFrom(
    '*',
    ':',
    '0:2',
    '-1:',
    ':-1',
    '::2',
    '0:4:-1',
    '1:0',
    '-',
    'x',
    '',
    '5',
    '-9',
    '0,1',
    "'a'",
    "'b','a'",
    "'app\\.io/name'",
    '99999999999999999999',
    '+1',
  ),
);
const literal = fc.constantFrom(
  "'web'",
  '"abc"',
  "'a b'",
  '1',
  '-2',
  '1.5',
  'true',
  'false',
  '@.b',
  '.name',
  '"\\u00dcn\\u00ef"',
  "'(x)'",
  'nope',
  '1.2.3',
  "'x\\'y'",
);
const operator = fc.constantFrom('==', '==', '!=', '<', '>', '<=', '>=', '=', '=~', '&&');

const { steps } = fc.letrec<{ steps: string; step: string }>((tie) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
  step: fc.oneof(
    { maxDepth: 3 },
    { weight: 6, arbitrary: memberName.map((name) => `.${name.replaceAll('.', '\\.')}`) },
    { weight: 3, arbitrary: index.map((text) => `[${text}]`) },
    { weight: 1, arbitrary: fc.constantFrom('.*', '..', '..name', '..a', '.', '.a\\b') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('@', '', '$'), tie('steps'), operator, literal)
        .map(([at, path, op, right]) => `[?(${at}${path}${op}${right})]`),
    },
    { weight: 1, arbitrary: tie('steps').map((path) => `[?(@${path})]`) },
  ),
}));
const action = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom('', '$', '@', ' '), steps).map((each) => `{${each.join('')}}`) },
  { weight: 3, arbitrary: steps.map((path) => `{range ${path}}`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('{end}', '{end}', '{"\\n"}', "{'\\t'}", '{1}', '{true}', '{@}', '{"é"}', '{.name} {.kind}', '{}'),
  },
  { weight: 2, arbitrary: fc.constantFrom(' ', 'text:', 'é\n', ']', ')') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{',
      '}',
      '{.a',
      '{[',
      '{"x',
      '{[?(',
      '{[?(@.a==1)',
      '{!}',
      '{\u0001}',
      '{foo}',
      '{.a[0}',
      '{....a}',
      "{'\\q'}",
    ),
  },
);
const template = fc.oneof(
  { weight: 10, arbitrary: fc.array(action, { minLength: 1, maxLength: 5 }).map((all) => all.join('')) },
  {
    weight: 3,
    arbitrary: fc.tuple(steps, steps, steps).map(([a, b, c]) => `{range ${a}}{${b}}{"\\t"}{range ${c}}{.name},{end}{"\\n"}{end}`),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

/** The value, or upstream's refusal as our own. */
export function valueOrThrow<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome.value;
}

export const jsonPath = part({
  name: 'json-path',
  recorded: 250,
  arbitrary: fc.tuple(template, templateObject, fc.boolean(), fc.boolean()),
  refusal: wholeText,
  question: ([text, object, allowMissing, asJson]) => ({ ask: 'jsonPath', text, object, allowMissing, check: asJson ? 'json' : '' }),
  ours: ([text, object, allowMissingKeys, asJson]) =>
    valueOrThrow(valueOrThrow(parseJsonPath(text)).execute(object, { allowMissingKeys, asJson })),
});

const path = fc.oneof(
  fc.constantFrom(
    '.metadata.name',
    'metadata.name',
    '{.metadata.name}',
    '{metadata.labels.app}',
    '.spec.cpu',
    '.spec.replicas',
    '.ratio',
    '.tags',
    '.tags[*]',
    '.none',
    '.spec',
    '.nope',
    '',
    '{.a',
    '{{.a}}',
    '.metadata.labels',
    '.a[',
    '.tags[9]',
    '{range .tags}',
  ),
  steps,
);
const column = fc.tuple(fc.constantFrom('NAME', 'CPU', '', 'A B', 'ÜB'), path).map((each) => each.join(':'));
const columns = fc.oneof(
  { weight: 8, arbitrary: fc.array(column, { minLength: 1, maxLength: 4 }).map((all) => all.join(',')) },
  { weight: 1, arbitrary: fc.constantFrom('', 'NAME', 'A:.a,B', ',', 'A:.a:.b') },
);
const columnsFile = fc.oneof(
  fc
    .tuple(fc.array(fc.constantFrom('NAME', 'CPU', 'Ü'), { maxLength: 3 }), fc.array(path, { maxLength: 3 }))
    .map(([heads, paths]) => `${heads.join('  ')}\n${paths.join('\t')}\n`),
  fc.constantFrom('', 'NAME', 'NAME\n', 'NAME CPU\r\n.metadata.name .spec.cpu\r\n', '\n\n'),
);

/** The cells that a printed table shows, its alignment left out. */
const cellsOf = (text: unknown): string[][] =>
  String(text)
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trimEnd().split(/ {2,}/));

export const customColumns = part({
  name: 'custom-columns',
  recorded: 150,
  arbitrary: fc.tuple(
    fc.oneof(
      columns.map((text) => ({ text, file: false })),
      columnsFile.map((text) => ({ text, file: true })),
    ),
    fc.array(listedObject, { maxLength: 3 }),
  ),
  refusal: wholeText,
  relevant: cellsOf,
  question: ([{ text, file }, objects]) => ({ ask: 'customColumns', text, objects, check: file ? 'file' : '' }),
  ours: ([{ text, file }, objects]) => {
    const parsed = valueOrThrow(file ? parseCustomColumnsFile(text) : parseCustomColumns(text));
    // Upstream parses the paths when it prints the first object.
    if (objects.length === 0) return [];
    const rows = [parsed.map(({ header }) => header), ...valueOrThrow(customColumnRows(parsed, objects))];
    return cellsOf(rows.map((row) => `${row.join('   ')}\n`).join(''));
  },
});

export const sortBy = part({
  name: 'sort-by',
  recorded: 80,
  arbitrary: fc.tuple(path, fc.array(listedObject, { maxLength: 12 })),
  refusal: wholeText,
  question: ([text, objects]) => ({ ask: 'sortBy', text, objects }),
  ours: ([text, objects]) => valueOrThrow(sortPositions(objects, text)),
});
