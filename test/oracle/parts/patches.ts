// Patches of JSON documents: RFC 6902 and RFC 7386.

import fc from 'fast-check';
import { applyJsonPatch } from '../../../src/machinery/patch/json-patch.ts';
import { applyMergePatch } from '../../../src/machinery/patch/merge-patch.ts';
import { part, wholeText } from '../part.ts';

const leaf = fc.constantFrom<unknown>('x', '', 0, 1, -2.5, true, false, null);
const name = fc.constantFrom('a', 'b', 'c', 'a/b', 'm~n', '', '0', '-', 'labels');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}));
const document = fc.dictionary(name, value, { maxKeys: 4 });

const step = fc.constantFrom('a', 'b', 'c', 'a~1b', 'm~0n', '', '0', '1', '-1', '01', '2', '-', '+1', 'x', 'labels');
const pointer = fc.oneof(
  { weight: 12, arbitrary: fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => `/${steps.join('/')}`) },
  { weight: 1, arbitrary: fc.constantFrom('', 'a', '/', '//') },
);
const operation = fc.oneof(
  { weight: 10, arbitrary: fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('remove'), path: pointer }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constantFrom('move', 'copy'), from: pointer, path: pointer }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('add', 'Weird', 'test'), path: pointer }) },
);

export const jsonPatch = part({
  name: 'json-patch',
  recorded: 300,
  refusal: wholeText,
  arbitrary: fc.record({ original: document, patch: fc.array(operation, { maxLength: 3 }) }),
  question: (input) => ({ ask: 'jsonPatch', ...input }),
  ours: ({ original, patch }) => {
    const outcome = applyJsonPatch(original, patch);
    if (!outcome.ok) throw new Error(outcome.error);
    return outcome.value;
  },
});

export const mergePatch = part({
  name: 'merge-patch',
  refusal: wholeText,
  arbitrary: fc.record({ original: document, patch: fc.oneof({ weight: 12, arbitrary: document }, { weight: 1, arbitrary: leaf }) }),
  question: (input) => ({ ask: 'mergePatch', ...input }),
  ours: ({ original, patch }) => {
    const outcome = applyMergePatch(original, patch);
    if (!outcome.ok) throw new Error(outcome.error);
    return outcome.value;
  },
});
