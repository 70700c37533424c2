// How a Secret is written: a type that an update leaves out stays, and text given for convenience becomes data.

import { secret } from '../../../../api/core/v1/secret.ts';
import type { Secret } from '../../../../api/core/v1/secret.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import { encodeText } from '../base64-text.ts';
import { resource } from '../resource.ts';

/** `stringData` is write-only: each of its values replaces that of `data`. */
function mergeText(draft: Draft<Secret>): void {
  const { stringData } = draft;
  if (stringData === undefined) return;
  const data = new Map(Object.entries(draft.data ?? {}));
  for (const [key, text] of Object.entries(stringData)) data.set(key, encodeText(text));
  if (data.size > 0) draft.data = Object.fromEntries(data);
  delete draft.stringData;
}

export const secretStrategy = resource(secret, {
  prepareForCreate: mergeText,
  prepareForUpdate(draft, old) {
    if ((draft.type ?? '') === '' && old.type !== undefined) draft.type = old.type;
    mergeText(draft);
  },
});
