// What is wrong with JSON text, in the words of Go's decoder, found from the platform's own error.

/** The phrases of the platform's parser, and what Go says instead of the character where it stopped. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/Expected property name|Expected double-quoted property name/, 'looking for beginning of object key string'],
  [/after property value/, 'after object key:value pair'],
  [/after array element/, 'after array element'],
  [/after property name/, 'after object key'],
  [/after JSON/, 'after top-level value'],
  [/Bad control character/, 'in string literal'],
  [/Bad escaped character|Bad Unicode escape/, 'in string escape code'],
  [/No number after minus sign|Exponent part is missing|Unterminated fractional number/, 'in numeric literal'],
];

/** Go's message for text that the platform refused with `error`. */
export function goSyntaxMessage(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(message)?.[1];
  const token = /^Unexpected token '(.*?)',/su.exec(message)?.[1];
  const character = at === undefined ? token : text.charAt(Number(at));
  if (character === undefined || character === '' || text.trim() === '') return 'unexpected end of JSON input';
  const context = PHRASES.find(([phrase]) => phrase.test(message))?.[1] ?? 'looking for beginning of value';
  return `invalid character ${quoteCharacter(character)} ${context}`;
}

function quoteCharacter(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const text = JSON.stringify(character)
    .slice(1, -1)
    .replace(/^\\u00/, '\\x');
  return `'${text}'`;
}
