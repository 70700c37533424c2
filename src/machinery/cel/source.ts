// The text of an expression and the errors found in it: an offset becomes a line and a column, and errors print with the line they stand in.

/** An error at an offset (in UTF-16 units) of the text. */
export interface Issue {
  readonly offset: number;
  readonly message: string;
}

const MAX_SNIPPET_LENGTH = 16_384;

/** The line (from 1) and column (from 0, in characters) of an offset. */
function locate(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line += 1;
  return { line, column: Array.from(before.slice(start)).length };
}

const isWide = (character: string | undefined): boolean => character !== undefined && (character.codePointAt(0) ?? 0) >= 0x80;

/** One error as clients see it: position, message, the line and a caret below it. */
function printIssue(text: string, issue: Issue): string {
  const { line, column } = locate(text, issue.offset);
  const snippet = (text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ');
  const head = `ERROR: <input>:${line}:${column + 1}: ${issue.message}`;
  if (snippet.length > MAX_SNIPPET_LENGTH) return head;
  const characters = Array.from(snippet);
  const dots = characters.slice(0, column).map((character) => (isWide(character) ? '\uff0e' : '.'));
  return `${head}\n | ${snippet}\n | ${dots.join('')}${isWide(characters[column]) ? '\uff3e' : '^'}`;
}

/** All errors, in the order of their places. */
export function printIssues(text: string, issues: readonly Issue[]): string {
  return [...issues]
    .sort((a, b) => a.offset - b.offset)
    .map((issue) => printIssue(text, issue))
    .join('\n');
}
