// Checks of names and other single values, with their messages.

import fc from 'fast-check';
import { must } from '../../../src/base/assert.ts';
import {
  checkDns1035Label,
  checkDns1123Label,
  checkDns1123Subdomain,
  checkDns1123SubdomainWithUnderscore,
  checkWildcardDns1123Subdomain,
} from '../../../src/machinery/formats/dns.ts';
import {
  checkCIdentifier,
  checkConfigMapKey,
  checkEnvVarName,
  checkHttpHeaderName,
  checkPathSegmentName,
  checkPathSegmentPrefix,
  checkRelaxedEnvVarName,
} from '../../../src/machinery/formats/identifier.ts';
import { checkLabelValue, checkQualifiedName } from '../../../src/machinery/formats/label.ts';
import { checkPercent } from '../../../src/machinery/formats/number.ts';
import { checkPortName } from '../../../src/machinery/formats/port.ts';
import { nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain } from '../../../src/machinery/names.ts';
import { part } from '../part.ts';

const checks: Readonly<Record<string, (text: string) => readonly string[]>> = {
  IsDNS1123Label: checkDns1123Label,
  IsDNS1123Subdomain: checkDns1123Subdomain,
  IsDNS1123SubdomainWithUnderscore: checkDns1123SubdomainWithUnderscore,
  IsDNS1035Label: checkDns1035Label,
  IsWildcardDNS1123Subdomain: checkWildcardDns1123Subdomain,
  IsQualifiedName: checkQualifiedName,
  IsValidLabelValue: checkLabelValue,
  IsValidPortName: checkPortName,
  IsValidPercent: checkPercent,
  IsHTTPHeaderName: checkHttpHeaderName,
  IsEnvVarName: checkEnvVarName,
  IsRelaxedEnvVarName: checkRelaxedEnvVarName,
  IsConfigMapKey: checkConfigMapKey,
  IsCIdentifier: checkCIdentifier,
  IsPathSegmentName: checkPathSegmentName,
  IsPathSegmentPrefix: checkPathSegmentPrefix,
  NameIsDNSSubdomain: (text) => nameIsDnsSubdomain(text, false),
  NameIsDNSLabel: (text) => nameIsDnsLabel(text, false),
  NameIsDNS1035Label: (text) => nameIsDns1035Label(text, false),
  PrefixIsDNSSubdomain: (text) => nameIsDnsSubdomain(text, true),
  PrefixIsDNSLabel: (text) => nameIsDnsLabel(text, true),
  PrefixIsDNS1035Label: (text) => nameIsDns1035Label(text, true),
};

const letter = fc.constantFrom(...'abz09AZ-_./*%$ =:é\n');
const text = fc.oneof(
  fc.string({ unit: letter, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'abc-.09'), maxLength: 20 }),
  fc
    .tuple(fc.constantFrom('a', 'ab.', 'a/', '*.a'), fc.integer({ min: 10, max: 130 }))
    .map(([piece, count]) => piece.repeat(count).slice(0, 260)),
  fc.constantFrom(
    '',
    '.',
    '..',
    '..a',
    '10%',
    '101%',
    'a/b',
    'example.com/a',
    '/a',
    'a/',
    '*.example.com',
    '1a',
    'a'.repeat(63),
    'a'.repeat(64),
    'a'.repeat(253),
    'a'.repeat(254),
    'é',
    '😀',
  ),
);

export const names = part({
  name: 'names',
  recorded: 400,
  arbitrary: fc.record({ check: fc.constantFrom(...Object.keys(checks)), text }),
  question: (input) => ({ ask: 'name', ...input }),
  ours: (input) => must(checks[input.check], 'the check')(input.text),
});
