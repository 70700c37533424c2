// Random objects for templates and paths: a few known names, so that random expressions find something in them.

import fc from 'fast-check';

const scalar = fc.oneof(
  fc.constantFrom<unknown>('', 'web', 'abc', 'a b', 'Ünï', '<&>', '10m', '2Gi', '1', 'true', 'x"y', 'tab\t'),
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom<unknown>(1.5, -0.25, 1e-7, 123456789.5, true, false, null, 9007199254740991),
);

/** The names that objects have and that expressions ask for. */
export const memberName = fc.constantFrom('a', 'b', 'items', 'name', 'kind', 'x-y', 'app.io/name');

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(memberName, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.dictionary(memberName, tie('value'), { maxKeys: 3, noNullPrototype: true }), { maxLength: 4 }),
  ),
}));

export const templateObject = fc.dictionary(memberName, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

/** Objects of one form, as lists have them. */
export const listedObject = fc.record(
  {
    metadata: fc.record({ name: fc.constantFrom('web', 'db', 'web-10', 'web-2', 'Ä', ''), labels: fc.constantFrom({}, { app: 'x' }) }),
    spec: fc.record(
      { replicas: fc.integer({ min: -3, max: 9 }), cpu: fc.constantFrom('100m', '1', '0.5', '2Gi', 'many') },
      { requiredKeys: [] },
    ),
    ratio: fc.constantFrom(0.5, 1.25, -2.5),
    tags: fc.array(fc.constantFrom('a', 'b\u001b[1m', 'c\rd'), { maxLength: 3 }),
    none: fc.constant(null),
  },
  { requiredKeys: ['metadata'] },
);
