// Base64 as an extension of the language.

import { global } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { BYTES, STRING } from '../type.ts';
import { CelError } from '../value.ts';
import type { Value } from '../value.ts';

function decode(text: string): Value {
  try {
    return Uint8Array.from(atob(text), (character) => character.codePointAt(0) ?? 0);
  } catch (error) {
    if (error instanceof DOMException) return new CelError('illegal base64 data at input byte 0');
    throw error;
  }
}

export const encoders: FunctionTable = {
  'base64.decode': [global('base64_decode_string', [STRING], BYTES, decode)],
  'base64.encode': [
    global('base64_encode_bytes', [BYTES], STRING, (bytes: Uint8Array) =>
      btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('')),
    ),
  ],
};
