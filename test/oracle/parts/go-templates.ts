// Go templates: random templates, whole and broken, over random objects, with kubectl's way of reporting errors.

import fc from 'fast-check';
import { parseTemplate } from '../../../src/machinery/go-template/template.ts';
import { part, wholeText } from '../part.ts';
import { valueOrThrow } from './json-paths.ts';
import { templateObject } from './template-objects.ts';

const fieldName = fc.constantFrom('a', 'b', 'items', 'name', 'kind', 'nope');
const field = fc.array(fieldName, { minLength: 1, maxLength: 3 }).map((names) => names.map((name) => `.${name}`).join(''));
const literal = fc.constantFrom(
  '0',
  '1',
  '-3',
  '1.5',
  '1e3',
  '0x1f',
  "'a'",
  '"web"',
  '"%v %d %q\\n"',
  '`raw`',
  'true',
  'nil',
  '1_000',
  '017',
  '99999999999999999999',
  '"a b"',
  '"\\u00e9"',
  '.5',
);
const format = fc
  .tuple(
    fc.constantFrom('', '+', '-', '#', ' ', '0', '-0', '+#'),
    fc.constantFrom('', '', '5', '12', '*'),
    fc.constantFrom('', '', '.2', '.0', '.', '.*'),
    fc.constantFrom(
      'v',
      's',
      'd',
      'q',
      'T',
      'x',
      'X',
      'e',
      'f',
      'g',
      'G',
      't',
      'c',
      'U',
      'o',
      'b',
      '%',
      'z',
      'é',
      '',
      '[1]d',
      '[2]v',
      '[x]d',
    ),
  )
  .map((each) => `%${each.join('')}`);
const printf = fc.array(fc.oneof(format, fc.constantFrom(' ', 'x', 'é')), { maxLength: 3 }).map((all) => `printf "${all.join('')}"`);
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'and',
      'or',
      'not',
      'eq',
      'ne',
      'lt',
      'le',
      'gt',
      'ge',
      'index',
      'slice',
      'len',
      'print',
      'println',
      'html',
      'js',
      'urlquery',
      'exists',
      'base64decode',
      'call',
    ),
  },
  { weight: 3, arbitrary: printf },
  {
    weight: 1,
    arbitrary: fc.constantFrom('nope', 'base64decode "d2Vi"', 'base64decode "d2V="', 'base64decode "d*"', 'base64decode "d2Vi\\n"'),
  },
);

const { pipeline } = fc.letrec<{ pipeline: string; command: string; operand: string }>((tie) => ({
  pipeline: fc.array(tie('command'), { minLength: 1, maxLength: 2 }).map((all) => all.join(' | ')),
  command: fc.oneof(
    { maxDepth: 2 },
    tie('operand'),
    fc.tuple(name, fc.array(tie('operand'), { maxLength: 3 })).map(([called, args]) => [called, ...args].join(' ')),
  ),
  operand: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: field },
    { weight: 3, arbitrary: literal },
    { weight: 1, arbitrary: fc.constant('.') },
    { weight: 2, arbitrary: fc.constantFrom('$', '$v', '$.a', '$v.name', '$i') },
    { weight: 2, arbitrary: tie('pipeline').map((inner) => `(${inner})`) },
    { weight: 1, arbitrary: fc.tuple(tie('pipeline'), field).map(([inner, path]) => `(${inner})${path}`) },
  ),
}));

const left = fc.constantFrom('{{', '{{', '{{- ', '{{ ');
const right = fc.constantFrom('}}', '}}', ' -}}', ' }}');
const action = (inside: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(left, inside, right).map((each) => each.join(''));
const verbatim = fc.constantFrom(' ', '\n', 'text', 'é: ', '  x\n', ',', '{');
const broken = fc.constantFrom(
  '{{',
  '}}',
  '{{/* note */}}',
  '{{- /* note */ -}} ',
  '{{/* open',
  '{{"x',
  "{{'a}}",
  '{{.a.}}',
  '{{$}}',
  '{{1x}}',
  '{{.a!}}',
  '{{(}}',
  '{{)}}',
  '{{:}}',
  '{{.a b}}',
  '{{end}}',
  '{{else}}',
  '{{break}}',
  '{{\u0001}}',
  '{{`a',
  '{{"a"\n}}',
  '{{.a | 1}}',
  '{{.a,}}',
  '{{1.a}}',
  '{{template "t"',
  '{{define t}}',
  '{{if}}{{end}}',
  '{{if .a}}',
  '{{$v, $w := 1}}',
  "{{'ab'}}",
  '{{"\\q"}}',
);

const { body } = fc.letrec<{ body: string; piece: string }>((tie) => ({
  body: fc.array(tie('piece'), { maxLength: 4 }).map((all) => all.join('')),
  piece: fc.oneof(
    { maxDepth: 3 },
    { weight: 2, arbitrary: verbatim },
    { weight: 6, arbitrary: action(pipeline) },
    { weight: 2, arbitrary: action(fc.tuple(fc.constantFrom('$v := ', '$v = ', '$i := '), pipeline).map((each) => each.join(''))) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom('if', 'with', 'range', 'range $v :=', 'range $i, $v :=', 'range $v =', 'with $v :='),
          pipeline,
          tie('body'),
          fc.constantFrom('', '{{else}}', '{{else if .a}}', '{{else with .b}}', '{{break}}', '{{continue}}'),
          tie('body'),
        )
        .map(([word, pipe, first, middle, second]) => `{{${word} ${pipe}}}${first}${middle}${second}{{end}}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{{template "t" .}}',
        '{{template "t"}}',
        '{{template "none" .a}}',
        '{{block "b" .}}[{{.}}]{{end}}',
        '{{define "t"}}<{{.name}}>{{end}}',
        '{{define "t"}}{{template "t" .}}{{end}}',
      ),
    },
  ),
}));

const template = fc.oneof(
  { weight: 8, arbitrary: body },
  { weight: 8, arbitrary: body.map((text) => `{{$v := .a}}{{$i := 0}}${text}`) },
  { weight: 2, arbitrary: fc.tuple(body, broken, body).map((each) => each.join('')) },
);

export const goTemplate = part({
  name: 'go-template',
  recorded: 150,
  arbitrary: fc.tuple(template, templateObject, fc.boolean()),
  refusal: wholeText,
  question: ([text, object, allowMissing]) => ({ ask: 'goTemplate', text, object, allowMissing }),
  ours: ([text, object, allowMissingKeys]) => {
    const { out, problem = '' } = valueOrThrow(parseTemplate(text)).print(object, { allowMissingKeys });
    return { out, problem };
  },
});
