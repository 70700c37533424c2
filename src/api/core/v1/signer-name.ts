// Names of certificate signers: a domain, a slash, a dotted path.

import { checkDns1123Label, checkDns1123Subdomain } from '../../../machinery/formats/dns.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { invalid, required, tooLong } from '../../../machinery/problem.ts';
import { complaints } from '../../value-checks.ts';
import type { Problems } from '../../value-checks.ts';

const LONGEST_DOMAIN = 253;
const LONGEST_NAME = LONGEST_DOMAIN + 1 + (253 + 63 + 1);

/** Whether the name belongs to the Kubernetes project itself. */
export function isKubernetesSigner(name: string): boolean {
  const host = name.split('/', 1)[0] ?? '';
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io');
}

/** Checks the form of a signer's name. */
export function* validateSignerName(name: string, at: FieldPath): Problems {
  if (name === '') return yield required(at);
  const [domain = '', path, ...rest] = name.split('/');
  if (path === undefined || rest.length > 0)
    return yield invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
  if (domain.length > LONGEST_DOMAIN) yield tooLong(at, LONGEST_DOMAIN);
  yield* firstBadLabel(domain, checkDns1123Label, at);
  if (!domain.includes('.')) yield invalid(at, domain, 'should be a domain with at least two segments separated by dots');
  yield* firstBadLabel(path, checkDns1123Subdomain, at);
  if (name.length > LONGEST_NAME) yield tooLong(at, LONGEST_NAME);
}

function* firstBadLabel(text: string, check: (label: string) => readonly string[], at: FieldPath): Problems {
  for (const label of text.split('.')) {
    const messages = check(label).map((message) => `validating label ${JSON.stringify(label)}: ${message}`);
    if (messages.length > 0) return yield* complaints(at, text, messages);
  }
}
