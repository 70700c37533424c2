// Named formats (`format.dns1123Label().validate(x)`): the complaints about a text, or none.

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { parseTimestamp } from '../timestamp-text.ts';
import { listOf, opaqueOf, optionalOf, STRING } from '../type.ts';
import { ListValue, NONE, OpaqueValue, Optional } from '../value.ts';
import type { Value } from '../value.ts';
import { checkLabelValue, checkQualifiedName } from '../../formats/label.ts';
import { nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain } from '../../names.ts';
import { parseUrl } from './urls.ts';

export const FORMAT_TYPE = opaqueOf('kubernetes.NamedFormat');

type Check = (text: string) => readonly string[];

class FormatValue extends OpaqueValue {
  readonly type = FORMAT_TYPE;
  readonly name: string;
  readonly check: Check;
  readonly #patternSize: number;
  constructor(name: string, patternSize: number, check: Check) {
    super();
    this.name = name;
    this.check = check;
    this.#patternSize = patternSize;
  }
  override equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && this.name === other.name;
  }
  /** The size of the pattern that a check would cost. */
  override get size(): number {
    return this.#patternSize;
  }
}

const UUID = /^(?:[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const complain = (fine: boolean, complaint: string): readonly string[] => (fine ? [] : [complaint]);

function checkUri(text: string): readonly string[] {
  const url = parseUrl(text);
  return typeof url === 'string' ? [url] : [];
}

const CHECKS: Readonly<Record<string, FormatValue>> = {
  dns1123Label: new FormatValue('DNS1123Label', 30, (text) => nameIsDnsLabel(text, false)),
  dns1123Subdomain: new FormatValue('DNS1123Subdomain', 60, (text) => nameIsDnsSubdomain(text, false)),
  dns1035Label: new FormatValue('DNS1035Label', 30, (text) => nameIsDns1035Label(text, false)),
  qualifiedName: new FormatValue('QualifiedName', 60, checkQualifiedName),
  dns1123LabelPrefix: new FormatValue('DNS1123LabelPrefix', 30, (text) => nameIsDnsLabel(text, true)),
  dns1123SubdomainPrefix: new FormatValue('DNS1123SubdomainPrefix', 60, (text) => nameIsDnsSubdomain(text, true)),
  dns1035LabelPrefix: new FormatValue('DNS1035LabelPrefix', 30, (text) => nameIsDns1035Label(text, true)),
  labelValue: new FormatValue('LabelValue', 40, checkLabelValue),
  uri: new FormatValue('URI', 1103, checkUri),
  uuid: new FormatValue('uuid', 70, (text) => complain(UUID.test(text), 'does not match the UUID format')),
  byte: new FormatValue('byte', 84, (text) => complain(text !== '' && BASE64.test(text), 'invalid base64')),
  date: new FormatValue('date', 71, (text) => complain(parseTimestamp(`${text}T00:00:00Z`) !== undefined, 'invalid date')),
  datetime: new FormatValue('datetime', 71, (text) => complain(parseTimestamp(text) !== undefined, 'invalid datetime')),
};

function validate(format: FormatValue, text: string): Value {
  const complaints = format.check(text);
  return complaints.length === 0 ? NONE : new Optional(new ListValue(complaints));
}

function named(name: string): Value {
  const format = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  return format === undefined ? NONE : new Optional(format);
}

export const formats: FunctionTable = {
  validate: [member('format-validate', [FORMAT_TYPE, STRING], optionalOf(listOf(STRING)), validate)],
  'format.named': [global('format-named', [STRING], optionalOf(FORMAT_TYPE), named)],
  ...Object.fromEntries(
    Object.entries(CHECKS).map(([name, format]) => [`format.${name}`, [global(`format.${name}`, [], FORMAT_TYPE, () => format)]]),
  ),
};
