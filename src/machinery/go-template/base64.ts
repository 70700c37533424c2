// Standard base64 with padding, as Go decodes it: line breaks are skipped, anything else is refused with its position.

import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

const corrupt = (at: number): { readonly ok: false; readonly error: string } => failure(`illegal base64 data at input byte ${at}`);

/** The text that the base64 stands for. */
export function decodeBase64(text: string): Outcome<string> {
  const input = encoder.encode(text);
  const bytes: number[] = [];
  let at = 0;
  const skipBreaks = (): void => {
    while (input[at] === 10 || input[at] === 13) at++;
  };
  for (;;) {
    const group: number[] = [];
    while (group.length < 4) {
      skipBreaks();
      const byte = input[at];
      // Go points at the start of the group that ends too early.
      if (byte === undefined) return group.length === 0 ? success(decoder.decode(new Uint8Array(bytes))) : corrupt(at - group.length);
      at++;
      const value = ALPHABET.indexOf(String.fromCharCode(byte));
      if (value >= 0) {
        group.push(value);
        continue;
      }
      if (byte !== 0x3d || group.length < 2) return corrupt(at - 1);
      if (group.length === 2) {
        skipBreaks();
        if (at >= input.length) return corrupt(input.length);
        if (input[at] !== 0x3d) return corrupt(at - 1);
        at++;
      }
      skipBreaks();
      if (at < input.length) return corrupt(at);
      return success(decoder.decode(new Uint8Array([...bytes, ...groupBytes(group)])));
    }
    bytes.push(...groupBytes(group));
  }
}

function groupBytes(group: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = group;
  return [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d].slice(0, group.length - 1);
}
