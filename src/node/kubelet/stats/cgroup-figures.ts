// What a control group has used, of both versions. Parsing is pure; reading is one file each.

import { cgroupFile, readOrUndefined } from '../../scope/index.ts';
import type { CgroupLayout } from '../../scope/index.ts';

/** What a group has used of processor and memory. */
export interface CgroupFigures {
  readonly cpuUsageNs: number;
  readonly usageBytes: number;
  /** What cannot be taken back without loss: usage without file pages that have not been touched lately. */
  readonly workingSetBytes: number;
  readonly rssBytes: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  /** Undefined when nothing limits it. */
  readonly limitBytes: number | undefined;
}

/** v1 says "no limit" by a number of pages that no machine has. */
const NO_LIMIT = 2 ** 62;

/** `name value` a line. */
export function parseFlatKeys(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
}

interface Texts {
  readonly cpu: string | undefined;
  readonly usage: string | undefined;
  readonly limit: string | undefined;
  readonly stat: string | undefined;
}

/** The figures out of a group's files; undefined when the group is gone. */
export function figuresOf(version: 1 | 2, { cpu, usage, limit, stat }: Texts): CgroupFigures | undefined {
  if (cpu === undefined || usage === undefined || stat === undefined) return undefined;
  const memory = parseFlatKeys(stat);
  const of = (v1: string, v2: string): number => memory.get(version === 1 ? v1 : v2) ?? 0;
  const usageBytes = Number(usage);
  const limitBytes = limit === undefined || limit.trim() === 'max' ? undefined : Number(limit);
  return {
    cpuUsageNs: version === 1 ? Number(cpu) : (parseFlatKeys(cpu).get('usage_usec') ?? 0) * 1000,
    usageBytes,
    workingSetBytes: Math.max(0, usageBytes - of('total_inactive_file', 'inactive_file')),
    rssBytes: of('total_rss', 'anon'),
    pageFaults: of('total_pgfault', 'pgfault'),
    majorPageFaults: of('total_pgmajfault', 'pgmajfault'),
    limitBytes: limitBytes === undefined || limitBytes > NO_LIMIT ? undefined : limitBytes,
  };
}

/** Reads the figures of a group; undefined when it is gone. */
export async function readCgroupFigures(layout: CgroupLayout, path: string): Promise<CgroupFigures | undefined> {
  const names =
    layout.version === 1
      ? { cpu: 'cpuacct.usage', usage: 'memory.usage_in_bytes', limit: 'memory.limit_in_bytes' }
      : { cpu: 'cpu.stat', usage: 'memory.current', limit: 'memory.max' };
  const read = async (controller: string, file: string): Promise<string | undefined> => {
    const at = cgroupFile(layout, controller, path, file);
    return at === undefined ? undefined : readOrUndefined(at);
  };
  const [cpu, usage, limit, stat] = await Promise.all([
    read(layout.version === 1 ? 'cpuacct' : 'cpu', names.cpu),
    read('memory', names.usage),
    read('memory', names.limit),
    read('memory', 'memory.stat'),
  ]);
  return figuresOf(layout.version, { cpu, usage, limit, stat });
}
