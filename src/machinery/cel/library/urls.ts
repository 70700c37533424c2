// URLs, read as Go reads them: nothing is normalised.

import { global, member } from '../environment.ts';
import type { FunctionTable } from '../environment.ts';
import { BOOL, listOf, mapOf, opaqueOf, STRING } from '../type.ts';
import { CelError, ListValue, LiteralMap, OpaqueValue } from '../value.ts';
import type { Value } from '../value.ts';
import { quote } from '../../quote.ts';

export const URL_TYPE = opaqueOf('kubernetes.URL');

interface Url {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

class UrlValue extends OpaqueValue {
  readonly type = URL_TYPE;
  readonly url: Url;
  constructor(url: Url) {
    super();
    this.url = url;
  }
  override equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && this.url.text === other.url.text;
  }
}

const PATTERN = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s;

function problemOf(text: string): string | undefined {
  if (text === '') return 'empty url';
  if (/[\x00-\x1f\x7f]/.test(text)) return 'net/url: invalid control character in URL';
  const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text.replace(/[?#].*$/s, ''));
  if (escape !== null) return `invalid URL escape ${quote(escape[0])}`;
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && !text.startsWith('/')) {
    if (text.startsWith(':')) return 'missing protocol scheme';
    return /^[^/?#]*:/.test(text) ? 'first path segment in URL cannot contain colon' : 'invalid URI for request';
  }
  return undefined;
}

/** The URL, or Go's complaint about it. */
export function parseUrl(text: string): Url | string {
  const match = PATTERN.exec(text);
  const [, scheme = '', host = '', path = '', query = ''] = match ?? [];
  const complaint =
    problemOf(text) ?? (scheme !== '' && host === '' && !path.startsWith('/') && !text.includes('://') ? undefined : hostProblem(host));
  if (complaint !== undefined || match === null) return `parse ${quote(text)}: ${complaint ?? 'invalid URI for request'}`;
  return { text, scheme: scheme.toLowerCase(), host, path, query };
}

function hostProblem(host: string): string | undefined {
  const port = /^(?:\[[^\]]*\]|[^:]*)(:.*)?$/s.exec(host);
  if (port === null) return `invalid port ${quote(host.slice(host.lastIndexOf(':')))} after host`;
  if (port[1] !== undefined && !/^:\d*$/.test(port[1])) return `invalid port ${quote(port[1])} after host`;
  const character = /[ "<>\\^`{|}]/.exec(host);
  return character === null ? undefined : `invalid character ${quote(character[0])} in host name`;
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function queryOf({ url }: UrlValue): Value {
  const lists = new Map<string, string[]>();
  for (const pair of url.query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const at = pair.indexOf('=');
    const key = unescape(at < 0 ? pair : pair.slice(0, at));
    lists.set(key, [...(lists.get(key) ?? []), at < 0 ? '' : unescape(pair.slice(at + 1))]);
  }
  const map = new LiteralMap();
  for (const [key, values] of lists) map.insert(key, new ListValue(values));
  return map;
}

function read(text: string): Value {
  const url = parseUrl(text);
  return typeof url === 'string' ? new CelError(`URL parse error during conversion from string: ${url}`) : new UrlValue(url);
}

const part = (id: string, of: (url: Url) => string) => [member(id, [URL_TYPE], STRING, ({ url }: UrlValue) => of(url))];
const hostName = ({ host }: Url): string => host.replace(/:\d*$/, '').replace(/^\[([^\]]*)\]$/, '$1');

export const urls: FunctionTable = {
  url: [global('string_to_url', [STRING], URL_TYPE, read)],
  isURL: [global('is_url_string', [STRING], BOOL, (text: string) => typeof parseUrl(text) !== 'string')],
  getScheme: part('url_get_scheme', (url) => url.scheme),
  getHost: part('url_get_host', (url) => url.host),
  getHostname: part('url_get_hostname', hostName),
  getPort: part('url_get_port', (url) => /:(\d*)$/.exec(url.host)?.[1] ?? ''),
  getEscapedPath: part('url_get_escaped_path', (url) => encodeURI(url.path).replaceAll('%25', '%')),
  getQuery: [member('url_get_query', [URL_TYPE], mapOf(STRING, listOf(STRING)), queryOf)],
};
