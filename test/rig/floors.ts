// Who may import whom: the floors of src/, as a pure check over its files' imports.
//
// F1. Imports point to a lower floor, or stay in the same folder of src/. Type imports count.
// F2. A leaf of floor 5 never imports another leaf; who stands above or beside it sees only its door, index.ts.
// F3. Only server uses store; cluster opens it.
// F4. Floors 0 to 2 and client (but its Node transport) import nothing of Node's.
// F5. No file imports itself by way of others when it runs; types may look back, as a kind's rules do at the kind.
// F6. The product imports no test, script or benchmark.

import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { importsOf } from './source-text.ts';

const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  machinery: 1,
  api: 2,
  client: 3,
  store: 3,
  server: 4,
  runtime: 4,
  'control-plane': 5,
  node: 5,
  addons: 5,
  simulator: 5,
  kubectl: 5,
  cluster: 6,
  cmd: 7,
};

const LEAF_FLOOR = 5;
const LEAVES = [
  /^control-plane\/(?:apiserver|scheduler|cloud)(?=\/)/,
  /^control-plane\/controllers\/[^/]+(?=\/)/,
  /^node\/(?:kubelet|proxy|network)(?=\/)/,
  /^addons\/[^/]+(?=\/)/,
  /^(?:simulator|kubectl)(?=\/)/,
];

const MAY_USE_STORE = new Set(['store', 'server', 'cluster']);

/** Source text by path, relative to src/. */
export type SourceFiles = ReadonlyMap<string, string>;

interface Site {
  readonly from: string;
  readonly line: number;
  readonly target: string;
}

function topFolder(path: string): string {
  return path.slice(0, path.indexOf('/'));
}

/** The leaf of floor 5 that a file belongs to. Files between leaves (a list of controllers, node/scope) belong to none. */
export function leafOf(path: string): string | undefined {
  for (const leaf of LEAVES) {
    const match = leaf.exec(path);
    if (match !== null) return match[0];
  }
  return undefined;
}

function isTest(path: string): boolean {
  return /(?:\.(?:test|soak)|-fixture)\.ts$/.test(path);
}

function checkNode({ from, target }: Site): string | undefined {
  const folder = topFolder(from);
  const floor = FLOORS[folder] ?? 0;
  if (floor > 2 && folder !== 'client') return undefined;
  if (folder === 'client' && posix.basename(from).startsWith('node-transport')) return undefined;
  return `${folder} runs anywhere, so it must not import ${target}: take what it needs as an argument, or move the code to a floor above`;
}

function checkLeaves({ from, target }: Site): string | undefined {
  const [fromLeaf, targetLeaf] = [leafOf(from), leafOf(target)];
  if (targetLeaf === undefined || fromLeaf === targetLeaf) {
    // A leaf may use what its siblings share (node/scope), never a list that names the leaves themselves.
    const list = fromLeaf !== undefined && targetLeaf === undefined && posix.dirname(target) === posix.dirname(fromLeaf);
    return list ? `${fromLeaf} must not import the list that names it: move what both need to a lower floor` : undefined;
  }
  if (fromLeaf !== undefined) {
    return `${fromLeaf} and ${targetLeaf} are leaves and never import each other: meet in the API, or move what both need to a lower floor`;
  }
  if (target === `${targetLeaf}/index.ts`) return undefined;
  return `${targetLeaf} has one door: import ${targetLeaf}/index.ts, and export there what is needed`;
}

function checkFloor(site: Site): string | undefined {
  const [from, to] = [topFolder(site.from), topFolder(site.target)];
  const [fromFloor, toFloor] = [FLOORS[from], FLOORS[to]];
  if (fromFloor === undefined)
    return `src/${from} has no floor: put the file where it belongs, or add the folder to FLOORS in test/rig/floors.ts`;
  if (toFloor === undefined)
    return `src/${to} has no floor: put the file where it belongs, or add the folder to FLOORS in test/rig/floors.ts`;
  if (to === 'store' && !MAY_USE_STORE.has(from)) return `only server uses store (cluster opens it): ask the API through client instead`;
  if (from === to) return fromFloor === LEAF_FLOOR ? checkLeaves(site) : undefined;
  if (fromFloor > toFloor) return toFloor === LEAF_FLOOR ? checkLeaves(site) : undefined;
  if (fromFloor === toFloor && fromFloor === LEAF_FLOOR)
    return checkLeaves(site) ?? `${from} and ${to} are neighbours on floor 5 and never import each other`;
  return `${from} (floor ${fromFloor}) must not import ${to} (floor ${toFloor}): take it as an argument, or move what both need to a lower floor`;
}

function check(site: Site, files: SourceFiles): string | undefined {
  if (site.target.startsWith('../'))
    return `the product must not import ${posix.normalize(`src/${site.target}`)}: move what it needs into src/`;
  if (isTest(site.target)) return `the product must not import the test ${site.target}: move what it needs to a file of its own`;
  if (!files.has(site.target)) return `src/${site.target} does not exist: name the file, with its .ts ending`;
  return checkFloor(site);
}

/** One message, with its remedy, for each import that breaks a rule. */
export function floorProblems(files: SourceFiles): string[] {
  const problems: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [from, source] of files) {
    if (isTest(from)) continue;
    const targets: string[] = [];
    for (const { specifier, line, typeOnly } of importsOf(source)) {
      const relative = specifier.startsWith('.');
      const target = relative ? posix.normalize(posix.join(posix.dirname(from), specifier)) : specifier;
      const site = { from, line, target };
      const problem = relative ? check(site, files) : isBuiltin(specifier) ? checkNode(site) : undefined;
      if (problem !== undefined) problems.push(`src/${from}:${line}: ${problem}`);
      if (relative && !typeOnly && files.has(target)) targets.push(target);
    }
    graph.set(from, targets);
  }
  return [...problems, ...cycles(graph)];
}

/** Every set of files that import one another in a ring, named by one ring each. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      const ring = [...path.slice(start), file].map((name) => `src/${name}`);
      problems.push(`${ring.join(' → ')}: files import each other in a ring: move what they share to a file of its own`);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return problems;
}
