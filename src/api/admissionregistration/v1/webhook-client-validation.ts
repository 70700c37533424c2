// Checks of how a webhook is reached: by a URL or through a Service. CustomResourceDefinitions convert through such webhooks too.

import type { FieldPath } from '../../../machinery/field-path.ts';
import { checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import { checkPortNumber } from '../../../machinery/formats/port.ts';
import { invalid, required } from '../../../machinery/problem.ts';
import type { Problems } from '../../value-checks.ts';

interface ServiceTarget {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
}

interface ClientConfig {
  readonly url?: string | undefined;
  readonly service?: ServiceTarget | undefined;
}

const FORM = '; desired format: https://host[/path]';
const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^@/?#]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s;

/** Checks that there is one way to the webhook, and a good one. */
export function* validateClientConfig({ url, service }: ClientConfig, at: FieldPath): Problems {
  if (url !== undefined && service === undefined) yield* validateUrl(url, at.child('url'));
  else if (url === undefined && service !== undefined) yield* validateService(service, at.child('service'));
  else yield required(at, 'exactly one of url or service is required');
}

function* validateUrl(url: string, at: FieldPath): Problems {
  const [, scheme = '', user, host = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  if (scheme.toLowerCase() !== 'https') yield invalid(at, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`);
  if (host === '') yield invalid(at, host, `host must be specified${FORM}`);
  if (user !== undefined) yield invalid(at, user, 'user information is not permitted in the URL');
  if (fragment !== '') yield invalid(at, fragment, 'fragments are not permitted in the URL');
  if (query !== '') yield invalid(at, query, 'query parameters are not permitted in the URL');
}

function* validateService({ namespace, name, path = '', port = 0 }: ServiceTarget, at: FieldPath): Problems {
  // Upstream takes one for the other here.
  if (namespace === '') yield required(at.child('name'));
  if (name === '') yield required(at.child('namespace'));
  const messages = checkPortNumber(port);
  if (messages.length > 0) yield invalid(at.child('port'), port, `port is not valid: ${messages.join(', ')}`);
  const here = at.child('path');
  if (path === '' || path === '/') return;
  if (path === '//') return yield invalid(here, path, 'segment[0] may not be empty');
  if (!path.startsWith('/')) yield invalid(here, path, "must start with a '/'");
  for (const [index, segment] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (segment === '') yield invalid(here, path, `segment[${index}] may not be empty`);
    else for (const message of checkDns1123Subdomain(segment)) yield invalid(here, path, `segment[${index}]: ${message}`);
  }
}
