// Names outside DNS: environment variables, keys of ConfigMaps, HTTP headers, segments of URL paths.

import { utf8Length } from '../utf8.ts';
import { emptyMessage, maxLengthMessage, regexMessage } from './messages.ts';

const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const ENVIRONMENT_VARIABLE = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+';
const HTTP_HEADER = '[-A-Za-z0-9]+';
const MAX_KEY_LENGTH = 253;

const matches = (value: string, format: string): boolean => new RegExp(`^${format}$`).test(value);

/** An identifier of the language C. */
export const checkCIdentifier = (value: string): string[] =>
  matches(value, C_IDENTIFIER)
    ? []
    : [
        regexMessage(
          "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
          C_IDENTIFIER,
          'my_name',
          'MY_NAME',
          'MyName',
        ),
      ];

/** The strict form of an environment variable's name. */
export const checkEnvVarName = (value: string): string[] => [
  ...(matches(value, ENVIRONMENT_VARIABLE)
    ? []
    : [
        regexMessage(
          "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
          ENVIRONMENT_VARIABLE,
          'my.env-name',
          'MY_ENV.NAME',
          'MyEnvName1',
        ),
      ]),
  ...parentDirectory(value),
];

/** The form in force: anything printable in ASCII but the equals sign. */
export const checkRelaxedEnvVarName = (value: string): string[] => [
  ...(value === '' ? [`environment variable name ${emptyMessage()}`] : []),
  ...(/^[ -<>-~]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]),
];

/** A key of a ConfigMap or Secret, which may become a file name. */
export const checkConfigMapKey = (value: string): string[] => [
  ...(utf8Length(value) > MAX_KEY_LENGTH ? [maxLengthMessage(MAX_KEY_LENGTH)] : []),
  ...(matches(value, CONFIG_MAP_KEY)
    ? []
    : [
        regexMessage(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
          CONFIG_MAP_KEY,
          'key.name',
          'KEY_NAME',
          'key-name',
        ),
      ]),
  ...parentDirectory(value),
];

/** The name of an HTTP header. */
export const checkHttpHeaderName = (value: string): string[] =>
  matches(value, HTTP_HEADER)
    ? []
    : [regexMessage("a valid HTTP header must consist of alphanumeric characters or '-'", HTTP_HEADER, 'X-Header-Name')];

/** A name that stands as one segment of a URL path. */
export const checkPathSegmentName = (name: string): string[] =>
  name === '.' || name === '..' ? [`may not be '${name}'`] : checkPathSegmentPrefix(name);

/** The start of such a name. */
export const checkPathSegmentPrefix = (name: string): string[] =>
  ['/', '%'].filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);

function parentDirectory(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}
