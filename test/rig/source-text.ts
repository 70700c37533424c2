// Reads TypeScript as the house rules need it: with everything blanked that is not code, positions and lines kept.

/** A slash after one of these starts a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[([{,;:=!&|?+\-*%<>~^]|\b(?:return|typeof|case|of|in|do|else|yield|await|void|delete))\s*$/;

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** The end of the quoted text that starts at `start`; a line ends it too, as no quoted text goes on past one. */
function endOfString(source: string, start: number): number {
  const quote = source.charAt(start);
  for (let at = start + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === '\\') at++;
    else if (char === quote || char === '\n') return at + 1;
  }
  return source.length;
}

/** The end of the regular expression that starts at `start`, or undefined when its line has none. */
function endOfRegex(source: string, start: number): number | undefined {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === '\n') return undefined;
    if (char === '\\') at++;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at + 1;
  }
  return undefined;
}

/** The end of the template that starts at `start`, with the templates inside it. */
function endOfTemplate(source: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === '\\') at++;
    else if (depth === 0 && char === '`') return at + 1;
    else if (depth === 0 && char === '$' && source.charAt(at + 1) === '{') {
      depth = 1;
      at++;
    } else if (depth > 0) {
      if (char === '`') at = endOfTemplate(source, at) - 1;
      else if (char === "'" || char === '"') at = endOfString(source, at) - 1;
      else if (char === '{') depth++;
      else if (char === '}') depth--;
    }
  }
  return source.length;
}

/** The source with comments, templates and regular expressions turned to spaces; quoted text stays. */
export function codeOnly(source: string): string {
  let code = '';
  let at = 0;
  const blankUntil = (end: number): void => {
    code += blank(source.slice(at, end));
    at = end;
  };
  while (at < source.length) {
    const pair = source.slice(at, at + 2);
    const char = pair.charAt(0);
    if (pair === '//') blankUntil(indexOr(source.indexOf('\n', at), source.length));
    else if (pair === '/*') blankUntil(indexOr(source.indexOf('*/', at + 2), source.length - 2) + 2);
    else if (char === '`') blankUntil(endOfTemplate(source, at));
    else if (char === "'" || char === '"') {
      const end = endOfString(source, at);
      code += source.slice(at, end);
      at = end;
    } else {
      const end = char === '/' && BEFORE_REGEX.test(code.slice(-200)) ? endOfRegex(source, at) : undefined;
      if (end !== undefined) blankUntil(end);
      else {
        code += char;
        at++;
      }
    }
  }
  return code;
}

function indexOr(index: number, otherwise: number): number {
  return index < 0 ? otherwise : index;
}

/** What a module imports, and on which line. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
}

const IMPORT_FORMS = [
  // import … from 'x'; export … from 'x'; with `type` too
  /(?:^|[;}\n])\s*(?:import|export)\b[^;'"()=]*?\bfrom\s*(['"])(?<specifier>[^'"\n]+)\1/g,
  // import 'x'
  /(?:^|[;}\n])\s*import\s*(['"])(?<specifier>[^'"\n]+)\1/g,
  // import('x'), as a type too
  /\bimport\(\s*(['"])(?<specifier>[^'"\n]+)\1/g,
];

/** Every module that the source names in an import or re-export; type imports count. */
export function importsOf(source: string): ImportSite[] {
  const code = codeOnly(source);
  const sites: ImportSite[] = [];
  for (const form of IMPORT_FORMS) {
    for (const match of code.matchAll(form)) {
      const specifier = match.groups?.['specifier'] ?? '';
      const line = code.slice(0, match.index + match[0].length).split('\n').length;
      sites.push({ specifier, line, typeOnly: /^\W*(?:import|export)\s+type\b/.test(match[0]) });
    }
  }
  return sites.sort((a, b) => a.line - b.line);
}
