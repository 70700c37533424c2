// What the interfaces of a network namespace have carried, as one of its processes sees them.

import { readOrUndefined } from '../../scope/index.ts';

export interface InterfaceFigures {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

const TX_COLUMN = 8;

/** /proc/<pid>/net/dev without the loopback. */
export function parseNetDev(text: string): InterfaceFigures[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', rest = ''] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === '' || name === 'lo') return [];
    const columns = rest.trim().split(/\s+/).map(Number);
    const [rxBytes = 0, , rxErrors = 0] = columns;
    return [{ name, rxBytes, rxErrors, txBytes: columns[TX_COLUMN] ?? 0, txErrors: columns[TX_COLUMN + 2] ?? 0 }];
  });
}

/** The interfaces of a process's network; none when it is gone. */
export async function readInterfaces(pid: number): Promise<InterfaceFigures[]> {
  return parseNetDev((await readOrUndefined(`/proc/${pid}/net/dev`)) ?? '');
}
