// The escapers of Go templates: html, js and urlquery.

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export const escapeHtml = (text: string): string => text.replaceAll(/[\0"'&<>]/g, (character) => HTML[character] ?? character);

const SCRIPT: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};
const SPECIAL = /[\\'"<>&=\u0000-\u001f]|[^\u0000-\u007f]/gu;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

export const escapeScript = (text: string): string =>
  text.replaceAll(SPECIAL, (character) => {
    const known = SCRIPT[character];
    if (known !== undefined) return known;
    if (PRINTABLE.test(character)) return character;
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  });

const encoder = new TextEncoder();

/** Text as a part of a URL's query: a space becomes a plus sign. */
export function escapeQuery(text: string): string {
  let escaped = '';
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) escaped += character;
    else escaped += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
