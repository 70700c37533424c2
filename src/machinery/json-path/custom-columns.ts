// kubectl's `-o custom-columns`: a table whose columns are JSONPath expressions.
//
// Cells are the values of a path, joined by commas; nothing found prints as `<none>`. Aligning is the table printer's work.

import { goText } from '../go-template/go-print.ts';
import { failure, success } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { parseJsonPath } from './json-path.ts';
import { relaxedPath } from './relaxed-path.ts';

export interface CustomColumn {
  readonly header: string;
  /** A JSONPath template. */
  readonly path: string;
}

const EXPECTED = 'Expected format is one line of space separated headers, one line of space separated column specs.';
const WORDS = /[^\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** Reads `NAME:.metadata.name,IMAGE:…`. */
export function parseCustomColumns(text: string): Outcome<readonly CustomColumn[]> {
  if (text === '') return failure('custom-columns format specified but no custom columns given');
  const columns: CustomColumn[] = [];
  for (const part of text.split(',')) {
    const colon = part.indexOf(':');
    if (colon < 0) return failure(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    const path = relaxedPath(part.slice(colon + 1));
    if (!path.ok) return path;
    columns.push({ header: part.slice(0, colon), path: path.value });
  }
  return success(columns);
}

/** Reads the content of a file for `-o custom-columns-file`: a line of headers and a line of paths. */
export function parseCustomColumnsFile(content: string): Outcome<readonly CustomColumn[]> {
  const [headerLine, pathLine] = linesOf(content);
  if (headerLine === undefined) return failure(`invalid template, missing header line. ${EXPECTED}`);
  if (pathLine === undefined) return failure(`invalid template, missing spec line. ${EXPECTED}`);
  const headers = headerLine.match(WORDS) ?? [];
  const paths = pathLine.match(WORDS) ?? [];
  if (headers.length !== paths.length) {
    return failure(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  }
  const columns: CustomColumn[] = [];
  for (const [index, header] of headers.entries()) {
    const path = relaxedPath(paths[index] ?? '');
    if (!path.ok) return path;
    columns.push({ header, path: path.value });
  }
  return success(columns);
}

/** Lines without their ends; a newline at the very end begins no further line. */
function linesOf(content: string): string[] {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/\r$/, ''));
}

/** The cells of each object, a row each. */
export function customColumnRows(columns: readonly CustomColumn[], objects: readonly unknown[]): Outcome<string[][]> {
  const paths = [];
  for (const { path } of columns) {
    const parsed = parseJsonPath(path);
    if (!parsed.ok) return parsed;
    paths.push(parsed.value);
  }
  const rows: string[][] = [];
  for (const object of objects) {
    const cells: string[] = [];
    for (const path of paths) {
      const found = path.find(object);
      if (!found.ok) return found;
      cells.push(cellOf(found.value));
    }
    rows.push(cells);
  }
  return success(rows);
}

function cellOf(groups: readonly (readonly unknown[])[]): string {
  const values = groups.flat().map((value) => escapeTerminal(goText(value)));
  return ((groups[0] ?? []).length === 0 ? ['<none>', ...values] : values).join(',');
}

/** Control characters that would let an object's text steer the terminal. */
const escapeTerminal = (text: string): string => text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');
