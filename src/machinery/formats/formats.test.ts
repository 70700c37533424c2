import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldPath } from '../field-path.ts';
import { printProblem } from '../problem.ts';
import {
  cidrContains,
  cidrWarnings,
  parseCidr,
  parseCidrSloppy,
  printCidr,
  validateCidr,
  validateInterfaceAddress,
  validateLegacyCidr,
} from './cidr.ts';
import {
  checkDns1123Label,
  checkDns1123Subdomain,
  checkWildcardDns1123Subdomain,
  validateDomainPrefixedKey,
  validateDomainPrefixedPath,
  validateFullyQualifiedDomainName,
  validateFullyQualifiedName,
} from './dns.ts';
import { checkConfigMapKey, checkEnvVarName, checkRelaxedEnvVarName } from './identifier.ts';
import { ipFamily, ipWarnings, parseIp, parseIpSloppy, printIp, validateIp, validateLegacyIp } from './ip.ts';
import { checkLabelValue, checkQualifiedName, validateAnnotations, validateLabels } from './label.ts';
import { checkGroupId, checkPercent } from './number.ts';
import { checkPortName, checkPortNumber } from './port.ts';

const at = FieldPath.root.child('field');

test('a DNS label says what it must be, or that it has dots', () => {
  assert.deepEqual(checkDns1123Label('web-1'), []);
  assert.deepEqual(checkDns1123Label('a.b'), ['must not contain dots']);
  assert.deepEqual(checkDns1123Label('A'), [
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ]);
  assert.deepEqual(checkDns1123Label('a'.repeat(64)), ['must be no more than 63 characters']);
});

test('domains are checked by their segments', () => {
  assert.deepEqual(checkDns1123Subdomain('a.b-c.d'), []);
  assert.equal(checkDns1123Subdomain('a..b').length, 1);
  assert.deepEqual(checkWildcardDns1123Subdomain('*.example.com'), []);
  assert.deepEqual(validateFullyQualifiedName(at, 'a.b').map(printProblem), [
    'field: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
  ]);
  assert.deepEqual(validateFullyQualifiedDomainName(at, 'example.com.'), []);
  assert.deepEqual(validateDomainPrefixedPath(at, 'acme.io/a/b'), []);
  assert.deepEqual(validateDomainPrefixedKey(at, 'key').map(printProblem), [
    'field: Invalid value: "key": must be a domain-prefixed key (such as "acme.io/foo")',
  ]);
});

test('label keys have an optional prefix, label values are short', () => {
  assert.deepEqual(checkQualifiedName('example.com/My_Name'), []);
  assert.deepEqual(checkQualifiedName('/a'), ['prefix part must be non-empty']);
  assert.equal(checkQualifiedName('a/').length, 2);
  assert.deepEqual(checkLabelValue(''), []);
  assert.deepEqual(checkLabelValue('x'.repeat(64)), ['must be no more than 63 bytes']);
  assert.equal(validateLabels({ ok: 'fine', 'not ok': '-' }, at).length, 2);
  assert.deepEqual(validateAnnotations({ 'Example.com/A': 'x y z' }, at), []);
  assert.deepEqual(validateAnnotations({ a: 'x'.repeat(262_144) }, at).map(printProblem), [
    'field: Too long: may not be more than 262144 bytes',
  ]);
});

test('ports, numbers and percentages have bounds', () => {
  assert.deepEqual(checkPortNumber(0), ['must be between 1 and 65535, inclusive']);
  assert.deepEqual(checkPortName('http'), []);
  assert.deepEqual(checkPortName('1--'), [
    'must contain at least one letter (a-z)',
    'must not contain consecutive hyphens',
    'must not begin or end with a hyphen',
  ]);
  assert.deepEqual(checkGroupId(-1), ['must be between 0 and 2147483647, inclusive']);
  assert.equal(checkPercent('5').length, 1);
});

test('environment variables may have nearly any name, keys may not climb folders', () => {
  assert.deepEqual(checkRelaxedEnvVarName('a b$'), []);
  assert.equal(checkRelaxedEnvVarName('a=b').length, 1);
  assert.equal(checkEnvVarName('1a').length, 1);
  assert.deepEqual(checkConfigMapKey('..a'), ["must not start with '..'"]);
});

test('addresses are read sloppily and printed canonically', () => {
  const printed = (text: string): string | undefined => {
    const ip = parseIpSloppy(text);
    return ip && printIp(ip);
  };
  assert.equal(printed('010.0.0.01'), '10.0.0.1');
  assert.equal(printed('2001:DB8:0:0:1:0:0:1'), '2001:db8::1:0:0:1');
  assert.equal(printed('::'), '::');
  assert.equal(printed('1:2:3:4:5:6:7::'), '1:2:3:4:5:6:7:0');
  assert.equal(printed('::ffff:1.2.3.4'), '1.2.3.4');
  for (const wrong of ['', '1.2.3', '256.1.1.1', ':', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', 'fe80::1%eth0', '1.2.3.4::']) {
    assert.equal(parseIpSloppy(wrong), undefined, wrong);
  }
  assert.equal(ipFamily('::ffff:1.2.3.4'), 4);
  assert.equal(parseIp('010.0.0.1'), undefined);
});

test('new address fields take only the canonical form, old ones warn', () => {
  assert.deepEqual(validateIp(at, '2001:db8::1'), []);
  assert.deepEqual(validateIp(at, '2001:DB8::1').map(printProblem), [
    'field: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")',
  ]);
  assert.deepEqual(validateIp(at, '010.0.0.1').map(printProblem), ['field: Invalid value: "010.0.0.1": must not have leading 0s']);
  assert.deepEqual(validateLegacyIp(at, '010.0.0.1'), []);
  assert.deepEqual(validateLegacyIp(at, 'x', true, ['x']), []);
  assert.deepEqual(ipWarnings(at, '010.0.0.1'), ['field: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"']);
  assert.deepEqual(ipWarnings(at, '1::0'), ['field: IPv6 address "1::0" should be in RFC 5952 canonical format ("1::")']);
});

test('networks clear the bits beyond their prefix', () => {
  const cidr = parseCidrSloppy('10.1.2.3/20');
  assert(cidr !== undefined);
  assert.equal(printCidr(cidr), '10.1.0.0/20');
  assert.equal(cidrContains(cidr, { family: 4, bytes: [10, 1, 15, 255], mapped: false }), true);
  assert.equal(cidrContains(cidr, { family: 4, bytes: [10, 1, 16, 0], mapped: false }), false);
  assert.notEqual(parseCidr('fd00::/64'), undefined);
  assert.deepEqual(validateCidr(at, '10.1.2.3/20').map(printProblem), [
    'field: Invalid value: "10.1.2.3/20": must not have bits set beyond the prefix length',
  ]);
  assert.deepEqual(validateLegacyCidr(at, '10.1.2.3/020'), []);
  assert.deepEqual(cidrWarnings(at, '10.1.2.3/20'), [
    'field: CIDR value "10.1.2.3/20" is ambiguous in this context (should be "10.1.0.0/20" or "10.1.2.3/32"?)',
  ]);
  assert.deepEqual(validateInterfaceAddress(at, 'fd00::1/64'), []);
});
