// What users are told whose workload has a name that its Pods' hostnames cannot carry.

import type { KubeObject } from '../../../machinery/kind.ts';
import { checkDns1123Label } from '../../../machinery/formats/dns.ts';

/** Warnings of a create; `used` says where the name turns up again. */
export function nameWarnings(
  { metadata }: KubeObject,
  old: KubeObject | undefined,
  used = 'in Pod names and hostnames',
): readonly string[] {
  const problems = old === undefined ? checkDns1123Label(metadata.name ?? '') : [];
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used ${used}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}
