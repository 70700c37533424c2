// The explicit list of parts that `npm run oracle` and the vector tests go through.

import type { AnyPart } from '../part.ts';
import { cron } from './cron.ts';
import { goTemplate } from './go-templates.ts';
import { customColumns, jsonPath, sortBy } from './json-paths.ts';
import { duration, humanAge, intOrString, time } from './moments.ts';
import { names } from './names.ts';
import { canonicalForm, canonicalRefusals, defaults, protobufDecode, protobufEncode, validation } from './objects.ts';
import { jsonPatch, mergePatch } from './patches.ts';
import { quantity, quantityArithmetic } from './quantity.ts';
import { fieldSelector, labelSelector, labelSelectorObject } from './selectors.ts';

export const parts: readonly AnyPart[] = [
  quantity,
  quantityArithmetic,
  duration,
  humanAge,
  time,
  intOrString,
  names,
  canonicalForm,
  canonicalRefusals,
  protobufEncode,
  protobufDecode,
  defaults,
  validation,
  labelSelector,
  labelSelectorObject,
  fieldSelector,
  jsonPatch,
  mergePatch,
  jsonPath,
  goTemplate,
  customColumns,
  sortBy,
  cron,
];
