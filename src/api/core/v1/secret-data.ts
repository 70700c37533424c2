// The data of Secrets: bytes in base64, and the text that clients may write instead.

import type { Draft } from '../../../machinery/schema.ts';
import { sortedMap } from '../../../machinery/string-map.ts';

interface SecretData {
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly stringData?: Readonly<Record<string, string>> | undefined;
}

/** How many bytes some base64 stands for. */
export function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

/** The bytes that some base64 stands for. */
export function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function encodeText(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** `stringData` is write-only: each of its values replaces that of `data`. */
export function mergeStringData(secret: Draft<SecretData>): void {
  const { stringData } = secret;
  if (stringData === undefined) return;
  const merged = new Map(Object.entries(secret.data ?? {}));
  for (const [key, text] of Object.entries(stringData)) merged.set(key, encodeText(text));
  if (merged.size > 0) secret.data = sortedMap(Object.fromEntries(merged));
  delete secret.stringData;
}
