// What mutation policies need to write JSON patches: the patch's object type, and escaping of path segments.

import { global } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { ANY } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { STRING, structOf } from '../type.ts';

const TEXT: Shape = { type: STRING };

/** `JSONPatch{op: 'add', path: '/a', value: 1}`. */
export const jsonPatchShape: Shape = {
  type: structOf('JSONPatch'),
  fields: () =>
    new Map([
      ['op', { json: 'op', shape: TEXT }],
      ['path', { json: 'path', shape: TEXT }],
      ['from', { json: 'from', shape: TEXT }],
      ['value', { json: 'value', shape: ANY }],
    ]),
};

export const jsonPatches: FunctionTable = {
  'jsonpatch.escapeKey': [
    global('string_jsonpatch_escapeKey_string', [STRING], STRING, (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')),
  ],
};
