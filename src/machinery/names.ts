// What objects may be called. A name to be generated is checked by its prefix, to which random characters will be added.

import { checkDns1035Label, checkDns1123Label, checkDns1123Subdomain } from './formats/dns.ts';
import { checkPathSegmentName, checkPathSegmentPrefix } from './formats/identifier.ts';

/** Complaints about a name; with `prefix`, about the start of a generated one. */
export type NameCheck = (name: string, prefix: boolean) => string[];

/** A dash at the end of a prefix will not stay at the end. Upstream drops the byte before it as well, which breaks what is not ASCII. */
function withoutTrailingDash(name: string): string {
  if (name.length < 2 || !name.endsWith('-')) return name;
  const broken = name.charCodeAt(name.length - 2) > 0x7f ? '\ufffd' : '';
  return `${name.slice(0, -2)}${broken}a`;
}

const checked =
  (check: (name: string) => string[]): NameCheck =>
  (name, prefix) =>
    check(prefix ? withoutTrailingDash(name) : name);

export const nameIsDnsSubdomain: NameCheck = checked(checkDns1123Subdomain);
export const nameIsDnsLabel: NameCheck = checked(checkDns1123Label);
export const nameIsDns1035Label: NameCheck = checked(checkDns1035Label);

/** For kinds whose names are free but for what a URL path cannot hold: RBAC, mostly. */
export const nameIsPathSegment: NameCheck = (name, prefix) => (prefix ? checkPathSegmentPrefix(name) : checkPathSegmentName(name));

const MAX_GENERATED_NAME = 63;
export const GENERATED_SUFFIX_LENGTH = 5;

/** The prefix, cut so that the random characters fit. */
export const generatedNameBase = (generateName: string): string => generateName.slice(0, MAX_GENERATED_NAME - GENERATED_SUFFIX_LENGTH);
