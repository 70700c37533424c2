// A unified difference of two values as indented JSON, as messages about forbidden changes end with. Lines are matched as
// upstream's matcher does it (longest common runs first; in long texts, lines that are everywhere match nothing), since users see the result.

interface Run {
  readonly left: number;
  readonly right: number;
  readonly size: number;
}

interface Edit {
  readonly equal: boolean;
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
}

const CONTEXT_LINES = 3;
const LONG_TEXT_LINES = 200;

/** The lines in which two values differ, with three lines around; '' when they print alike. */
export function unifiedDiff(left: unknown, right: unknown): string {
  const a = prettyLines(left);
  const b = prettyLines(right);
  return groups(edits(a, b))
    .map((group) => printGroup(group, a, b))
    .join('');
}

function prettyLines(value: unknown): readonly string[] {
  const print = (_key: string, each: unknown): unknown => (typeof each === 'bigint' ? Number(each) : each);
  return JSON.stringify(value, print, 1).split('\n');
}

/** Where each line stands in the text, without lines too frequent to say anything. */
function positionsOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) positions.set(line, [...(positions.get(line) ?? []), index]);
  if (lines.length < LONG_TEXT_LINES) return positions;
  const most = Math.floor(lines.length / 100) + 1;
  return new Map([...positions].filter(([, indexes]) => indexes.length <= most));
}

type Span = readonly [from: number, to: number];

function longestRun(
  a: readonly string[],
  b: readonly string[],
  positions: ReadonlyMap<string, readonly number[]>,
  left: Span,
  right: Span,
): Run {
  let best: Run = { left: left[0], right: right[0], size: 0 };
  let endingAt = new Map<number, number>();
  for (let i = left[0]; i < left[1]; i += 1) {
    const next = new Map<number, number>();
    for (const j of positions.get(a[i] ?? '') ?? []) {
      if (j < right[0]) continue;
      if (j >= right[1]) break;
      const size = (endingAt.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { left: i - size + 1, right: j - size + 1, size };
    }
    endingAt = next;
  }
  return grow(best, a, b, left, right);
}

// Frequent lines do not start a run but may lengthen one.
function grow(run: Run, a: readonly string[], b: readonly string[], left: Span, right: Span): Run {
  let { left: i, right: j, size } = run;
  while (i > left[0] && j > right[0] && a[i - 1] === b[j - 1]) {
    i -= 1;
    j -= 1;
    size += 1;
  }
  while (i + size < left[1] && j + size < right[1] && a[i + size] === b[j + size]) size += 1;
  return { left: i, right: j, size };
}

function runs(a: readonly string[], b: readonly string[]): readonly Run[] {
  const positions = positionsOf(b);
  const found: Run[] = [];
  const pending: [Span, Span][] = [
    [
      [0, a.length],
      [0, b.length],
    ],
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [left, right] = next;
    const run = longestRun(a, b, positions, left, right);
    if (run.size === 0) continue;
    found.push(run);
    pending.push(
      [
        [left[0], run.left],
        [right[0], run.right],
      ],
      [
        [run.left + run.size, left[1]],
        [run.right + run.size, right[1]],
      ],
    );
  }
  return found.toSorted((x, y) => x.left - y.left || x.right - y.right);
}

function edits(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const result: Edit[] = [];
  let i = 0;
  let j = 0;
  for (const { left, right, size } of [...runs(a, b), { left: a.length, right: b.length, size: 0 }]) {
    if (i < left || j < right) result.push({ equal: false, left: [i, left], right: [j, right] });
    const before = result.at(-1);
    const joins = before?.equal === true && before.left[1] === left && before.right[1] === right;
    if (joins) result[result.length - 1] = { equal: true, left: [before.left[0], left + size], right: [before.right[0], right + size] };
    else if (size > 0) result.push({ equal: true, left: [left, left + size], right: [right, right + size] });
    i = left + size;
    j = right + size;
  }
  return result;
}

const tail = ({ left, right }: Edit, lines: number): Edit => ({
  equal: true,
  left: [Math.max(left[0], left[1] - lines), left[1]],
  right: [Math.max(right[0], right[1] - lines), right[1]],
});
const head = ({ left, right }: Edit, lines: number): Edit => ({
  equal: true,
  left: [left[0], Math.min(left[1], left[0] + lines)],
  right: [right[0], Math.min(right[1], right[0] + lines)],
});

function groups(all: readonly Edit[]): readonly (readonly Edit[])[] {
  const result: Edit[][] = [];
  let group: Edit[] = [];
  for (const [index, edit] of all.entries()) {
    if (!edit.equal) group.push(edit);
    else if (index === 0) group.push(tail(edit, CONTEXT_LINES));
    else if (index === all.length - 1) group.push(head(edit, CONTEXT_LINES));
    else if (edit.left[1] - edit.left[0] > 2 * CONTEXT_LINES) {
      result.push([...group, head(edit, CONTEXT_LINES)]);
      group = [tail(edit, CONTEXT_LINES)];
    } else group.push(edit);
  }
  return [...result, group].filter((each) => each.some(({ equal }) => !equal));
}

function printGroup(group: readonly Edit[], a: readonly string[], b: readonly string[]): string {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return '';
  const lines = group.flatMap(({ equal, left, right }) =>
    equal
      ? a.slice(...left).map((line) => ` ${line}\n`)
      : [...a.slice(...left).map((line) => `-${line}\n`), ...b.slice(...right).map((line) => `+${line}\n`)],
  );
  return `@@ -${range(first.left[0], last.left[1])} +${range(first.right[0], last.right[1])} @@\n${lines.join('')}`;
}

function range(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}
