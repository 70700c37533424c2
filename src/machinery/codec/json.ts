// The JSON codec. The platform's parser does the work; a quick scan of the text beforehand tells when it is not enough.
//
// J1. Integers beyond 2^53 become bigints, so an int64 never loses digits.
// J2. Of duplicate keys the last wins, and each duplicate is reported by its path.
// J3. Nesting is limited before anything recurses; every step is linear in the text.

import { goSyntaxMessage } from './json-syntax.ts';
import { endOfString, reparse } from './json-reparse.ts';

export type Decoded =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** `duplicate field "spec.replicas"` */
      readonly duplicates: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

const MAXIMUM_DEPTH = 1000;
/** Fewer digits than these fit a number exactly. */
const LONG_DIGITS = 16;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads JSON text, or says in Go's words what is wrong with it. */
export function decodeJson(input: Uint8Array | string, options: { readonly maxDepth?: number } = {}): Decoded {
  const text = typeof input === 'string' ? input : decoder.decode(input);
  const { keys, depth, longNumber } = scan(text);
  if (depth > (options.maxDepth ?? MAXIMUM_DEPTH)) return { ok: false, message: 'exceeded max depth' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, message: goSyntaxMessage(text, error) };
  }
  if (!longNumber && countKeys(value) === keys) return { ok: true, value, duplicates: [] };
  return { ok: true, ...reparse(text) };
}

/** Reads JSON that this program or upstream wrote; throws SyntaxError when it is none. The empty text is undefined. */
export function parseJson(text: string): unknown {
  if (text === '') return undefined;
  const decoded = decodeJson(text);
  if (!decoded.ok) throw new SyntaxError(decoded.message);
  return decoded.value;
}

interface Scan {
  readonly keys: number;
  readonly depth: number;
  readonly longNumber: boolean;
}

/** Counts keys (a colon outside strings is one), the deepest nesting, and whether a number has many digits. */
function scan(text: string): Scan {
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let digits = 0;
  let longNumber = false;
  let at = 0;
  const end = text.length;
  while (at < end) {
    const code = text.charCodeAt(at++);
    if (code >= 0x30 && code <= 0x39) {
      if (++digits >= LONG_DIGITS) longNumber = true;
      continue;
    }
    digits = 0;
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x3a) keys++;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return { keys, depth: deepest, longNumber };
}

function countKeys(root: unknown): number {
  let count = 0;
  const rest: unknown[] = [root];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const each of value) if (typeof each === 'object' && each !== null) rest.push(each);
      continue;
    }
    const record = value as Readonly<Record<string, unknown>>;
    for (const key in record) {
      count++;
      const each = record[key];
      if (typeof each === 'object' && each !== null) rest.push(each);
    }
  }
  return count;
}

/** Writes JSON without a newline at the end; bigints are written as the integers they are. */
export function encodeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    // The one other reason, a cycle, fails again below with the same class of error.
    if (!(error instanceof TypeError)) throw error;
    return encodeWide(value, 0);
  }
}

function encodeWide(value: unknown, depth: number): string {
  if (depth > MAXIMUM_DEPTH * 2) throw new TypeError('a value contains itself');
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((each) => encodeWide(each, depth + 1)).join(',')}]`;
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${encodeWide(each, depth + 1)}`).join(',')}}`;
}
