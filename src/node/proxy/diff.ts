// Turns changed keys into one nft transaction.
//
// D1. What refers goes before what is referred to when things are taken away, and after it when they are added: elements, rules,
//     chains, sets; then sets, chains, rules, elements.
// D2. The text names only what changed, so its cost does not grow with the cluster.

import type { RuleChange } from './ruleset.ts';

/** Elements in one command: long lines cost the parser more than proportionally. */
const ELEMENTS_PER_COMMAND = 500;

interface Sorted {
  readonly taken: Map<string, string[]>;
  readonly given: Map<string, string[]>;
  readonly lines: Record<'flush' | 'deleteChain' | 'deleteSet' | 'addSet' | 'addChain' | 'addRule', string[]>;
}

/** The text for `nft -f -`; empty when nothing in the table changes. */
export function changesText(table: string, changes: readonly RuleChange[]): string {
  const lines = { flush: [], deleteChain: [], deleteSet: [], addSet: [], addChain: [], addRule: [] };
  const sorted: Sorted = { taken: new Map(), given: new Map(), lines };
  for (const change of changes) sortChange(table, change, sorted);
  const { flush, deleteChain, deleteSet, addSet, addChain, addRule } = sorted.lines;
  // D1
  const all = [
    ...elementCommands('delete', table, sorted.taken),
    ...flush,
    ...deleteChain,
    ...deleteSet,
    ...addSet,
    ...addChain,
    ...addRule,
    ...elementCommands('add', table, sorted.given),
  ];
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}

function sortChange(table: string, { key, before, after }: RuleChange, { taken, given, lines }: Sorted): void {
  const [kind = '', name = '', ...rest] = key.split(' ');
  if (kind === 'element') {
    const element = rest.join(' ');
    if (before !== undefined) push(taken, name, element);
    if (after !== undefined) push(given, name, after === '' ? element : `${element} : ${after}`);
  } else if (kind === 'chain') {
    const at = `chain ip ${table} ${name}`;
    if (before !== undefined) lines.flush.push(`flush ${at}`);
    if (after === undefined) lines.deleteChain.push(`delete ${at}`);
    else {
      if (before === undefined) lines.addChain.push(`add ${at}`);
      for (const rule of after.split('\n')) lines.addRule.push(`add rule ip ${table} ${name} ${rule}`);
    }
  } else if (kind === 'set') {
    if (before !== undefined) lines.deleteSet.push(`delete set ip ${table} ${name}`);
    if (after !== undefined) lines.addSet.push(`add set ip ${table} ${name} { ${after} }`);
  }
}

function push(groups: Map<string, string[]>, name: string, element: string): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [element]);
  else group.push(element);
}

function elementCommands(verb: 'add' | 'delete', table: string, groups: ReadonlyMap<string, readonly string[]>): string[] {
  const commands: string[] = [];
  for (const [container, elements] of groups) {
    for (let at = 0; at < elements.length; at += ELEMENTS_PER_COMMAND) {
      commands.push(`${verb} element ip ${table} ${container} { ${elements.slice(at, at + ELEMENTS_PER_COMMAND).join(', ')} }`);
    }
  }
  return commands;
}
